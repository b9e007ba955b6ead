//! The bytes of a file as UTF-8, whatever it was packed or coded in.

use std::io::{Chain, Cursor, Read};

use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use flate2::read::MultiGzDecoder;

use super::bounds::Bounded;

/// Unpacks gzip, takes a byte order mark off and converts UTF-16 that has one; other bytes go through as
/// they are, also when they are not UTF-8.
pub(super) struct Decoded<R: Read> {
    state: State<R>,
    /// Bytes that may come, unpacked.
    most: u64,
}

type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

enum State<R: Read> {
    /// Nothing read yet.
    Fresh(R),
    Plain(Box<DecodeReaderBytes<Bounded<Whole<R>>, Vec<u8>>>),
    Gzip(Box<DecodeReaderBytes<Bounded<MultiGzDecoder<Whole<R>>>, Vec<u8>>>),
    Failed,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(reader: R, most: u64) -> Self {
        Self { state: State::Fresh(reader), most }
    }

    fn open(mut reader: R, most: u64) -> std::io::Result<State<R>> {
        let mut magic = Vec::new();
        reader.by_ref().take(2).read_to_end(&mut magic)?;
        let gzip = magic == [0x1f, 0x8b];
        let whole = Cursor::new(magic).chain(reader);
        let mut builder = DecodeReaderBytesBuilder::new();
        builder.utf8_passthru(true).strip_bom(true).bom_override(true);
        Ok(if gzip {
            State::Gzip(Box::new(builder.build(Bounded::new(MultiGzDecoder::new(whole), most))))
        } else {
            State::Plain(Box::new(builder.build(Bounded::new(whole, most))))
        })
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            match &mut self.state {
                State::Plain(reader) => return reader.read(buffer),
                State::Gzip(reader) => return reader.read(buffer),
                State::Failed => return Ok(0),
                State::Fresh(_) => {}
            }
            if let State::Fresh(reader) = std::mem::replace(&mut self.state, State::Failed) {
                self.state = Self::open(reader, self.most)?;
            }
        }
    }
}
