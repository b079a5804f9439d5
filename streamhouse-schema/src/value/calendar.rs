//! Days, moments and spans of time, in the proleptic Gregorian calendar.

/// The days of `YYYY-MM-DD` since 1970-01-01.
pub fn day(text: &str) -> Option<i64> {
    let [year, month, day] = parts::<3>(text, '-')?;
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=last).contains(&day).then(|| days_since_1970(year, month, day))
}

const DAYS_OF_ERA: i64 = 146_097;
/// From 0000-03-01 to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;

/// Years are counted from March, so that the leap day is the last one of its year, and in eras of 400 years, which are
/// all of the same length.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_OF_ERA + day_of_era - DAYS_TO_1970
}

/// A moment in UTC as ClickHouse writes it, `2024-02-29 12:00:00.5`, or a day alone, which is its midnight, or a moment of
/// RFC 3339; in seconds since 1970, rounded down, and the nanoseconds after that.
pub fn moment(text: &str) -> Option<(i64, u32)> {
    if text.len() == 10 {
        return day(text).map(|days| (days * 86_400, 0));
    }
    match text.split_once(' ') {
        Some((date, time)) => at(day(date)?, time, 0),
        None => instant(text),
    }
}

/// The moment of RFC 3339, `2024-02-29T12:00:00.5+02:00`, in seconds since 1970, rounded down, and the nanoseconds after
/// that; digits beyond them are cut off.
pub fn instant(text: &str) -> Option<(i64, u32)> {
    let days = day(text.get(..10)?)?;
    let rest = text.get(10..)?.strip_prefix(['T', 't'])?;
    let place = rest.find(['Z', 'z', '+', '-'])?;
    at(days, &rest[..place], offset(&rest[place..])?)
}

/// The moment of a day at which clocks with this offset show a time.
fn at(days: i64, time: &str, offset: i64) -> Option<(i64, u32)> {
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = parts::<3>(time, ':')?;
    let (hour, minute, second) = (number(hour, 2)?, number(minute, 2)?, number(second, 2)?);
    // 60 is a leap second; it is the first one of the next minute.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    Some((seconds, nanoseconds(fraction)?))
}

/// The text of a moment, in RFC 3339 and UTC.
pub fn instant_text(seconds: i64, nanoseconds: u32) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // The way of `days_since_1970` back.
    let days = days + DAYS_TO_1970;
    let (era, day_of_era) = (days.div_euclid(DAYS_OF_ERA), days.rem_euclid(DAYS_OF_ERA));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanoseconds:09}Z")
}

/// The seconds of `Z` or `+hh:mm`.
fn offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let [hours, minutes] = parts::<2>(text.get(1..)?, ':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    let sign = if text.starts_with('-') { -1 } else { 1 };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// The nanoseconds of `hh:mm:ss.5`, with a minus before it or not, of at most 999 hours, as ClickHouse writes a Time.
pub fn clock(text: &str) -> Option<i64> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (time, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let [hour, minute, second] = parts::<3>(time, ':')?;
    let hour = (1..=3).contains(&hour.len()).then(|| number(hour, hour.len()))??;
    let (minute, second) = (number(minute, 2)?, number(second, 2)?);
    if minute > 59 || second > 59 {
        return None;
    }
    let seconds = hour * 3_600 + minute * 60 + second;
    let total = seconds * 1_000_000_000 + i64::from(nanoseconds(fraction)?);
    Some(if unsigned.len() < text.len() { -total } else { total })
}

/// The nanoseconds that digits after a point stand for; what comes after the ninth is cut off.
fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = &fraction[..fraction.len().min(9)];
    digits.parse::<u32>().ok().map(|value| value * 10_u32.pow(9 - digits.len() as u32))
}

fn parts<const N: usize>(text: &str, at: char) -> Option<[&str; N]> {
    text.split(at).collect::<Vec<_>>().try_into().ok()
}

fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, days) in [
            ("1970-01-01", Some(0)),
            ("1969-12-31", Some(-1)),
            ("2000-02-29", Some(11_016)),
            ("1900-01-01", Some(-25_567)),
            ("2299-12-31", Some(120_529)),
            ("2149-06-06", Some(65_535)),
            ("0000-03-01", Some(-719_468)),
            ("1900-02-29", None),
            ("2023-00-01", None),
            ("2023-13-01", None),
            ("2023-1-01", None),
            ("2023-01-01-01", None),
        ] {
            assert_eq!(day(text), days, "{text}");
        }
    }

    #[test]
    fn moments_are_those_of_rfc_3339() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some((0, 0))),
            ("1970-01-01T01:00:00.5+01:00", Some((0, 500_000_000))),
            ("1969-12-31T23:59:59.000000001Z", Some((-1, 1))),
            ("1970-01-01t00:00:00.1234567899z", Some((0, 123_456_789))),
            ("1969-12-31T23:00:00-01:30", Some((1_800, 0))),
            ("1970-01-01 00:00:01", Some((1, 0))),
            ("1970-01-02", Some((86_400, 0))),
            ("1972-06-30T23:59:60Z", Some((78_796_800, 0))),
            ("1970-01-01T00:00:00", None),
            ("1970-01-01T24:00:00Z", None),
            ("1970-01-01T00:00:00.Z", None),
            ("1970-01-01T00:00:00+1:00", None),
            ("1970-01-01Q00:00:00Z", None),
            ("now", None),
            ("ä970-01-01T00:00:00Z", None),
        ] {
            assert_eq!(moment(text), expected, "{text}");
            let short = !text.contains(['T', 't']);
            assert_eq!(instant(text), expected.filter(|_| !short), "{text}");
        }
    }

    #[test]
    fn moments_are_written_as_they_are_read() {
        assert_eq!(instant_text(951_827_696, 5), "2000-02-29T12:34:56.000000005Z");
        // Every day of eight centuries, at another second.
        for days in -150_000..150_000_i64 {
            let seconds = days * 86_400 + days.rem_euclid(86_399);
            assert_eq!(instant(&instant_text(seconds, 7)), Some((seconds, 7)), "{days}");
        }
    }

    #[test]
    fn spans_have_up_to_999_hours() {
        for (text, expected) in [
            ("00:00:01", Some(1_000_000_000)),
            ("-999:59:59.999999999", Some(-3_599_999_999_999_999)),
            ("1:02:03.5", Some(3_723_500_000_000)),
            ("1000:00:00", None),
            ("00:60:00", None),
            ("00:00", None),
            ("--1:00:00", None),
        ] {
            assert_eq!(clock(text), expected, "{text}");
        }
    }
}
