//! The bytes of a file as UTF-8, whatever it was packed or coded in.

use std::io::{Chain, Cursor, Read};

use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use flate2::read::MultiGzDecoder;

/// Unpacks gzip, takes a byte order mark off and converts UTF-16 that has one; other bytes go through as
/// they are, also when they are not UTF-8.
pub(super) struct Decoded<R: Read>(State<R>);

type Whole<R> = Chain<Cursor<Vec<u8>>, R>;

enum State<R: Read> {
    /// Nothing read yet.
    Fresh(R),
    Plain(Box<DecodeReaderBytes<Whole<R>, Vec<u8>>>),
    Gzip(Box<DecodeReaderBytes<MultiGzDecoder<Whole<R>>, Vec<u8>>>),
    Failed,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(reader: R) -> Self {
        Self(State::Fresh(reader))
    }

    fn open(mut reader: R) -> std::io::Result<State<R>> {
        let mut magic = Vec::new();
        reader.by_ref().take(2).read_to_end(&mut magic)?;
        let gzip = magic == [0x1f, 0x8b];
        let whole = Cursor::new(magic).chain(reader);
        let mut builder = DecodeReaderBytesBuilder::new();
        builder.utf8_passthru(true).strip_bom(true).bom_override(true);
        Ok(if gzip {
            State::Gzip(Box::new(builder.build(MultiGzDecoder::new(whole))))
        } else {
            State::Plain(Box::new(builder.build(whole)))
        })
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            match &mut self.0 {
                State::Plain(reader) => return reader.read(buffer),
                State::Gzip(reader) => return reader.read(buffer),
                State::Failed => return Ok(0),
                State::Fresh(_) => {}
            }
            if let State::Fresh(reader) = std::mem::replace(&mut self.0, State::Failed) {
                self.0 = Self::open(reader)?;
            }
        }
    }
}
