//! Days, from moments.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The day that a moment lies in, where this program runs.
pub fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::system()).date()
}
