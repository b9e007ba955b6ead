//! Pay, brought to gross euros a year for full time.

use std::ops::Range;
use std::sync::LazyLock;

use jobmatch_index::offer::{Found, Salary};
use regex::Regex;

use super::amount::{Amount, amounts};
use super::text::Prose;

/// French hourly minimum wage (SMIC) since 1 June 2026, gross euros: order of 22 May 2026, on
/// info.gouv.fr « Le SMIC revalorisé le 1er juin 2026 » (1,867.02 € a month for 35 hours).
pub const SMIC_HOURLY: f64 = 12.31;

/// Weeks paid a year.
const WEEKS: f64 = 52.0;

/// Legal full-time week, hours.
const FULL_WEEK: f64 = 35.0;

/// Days paid a year.
const DAYS: f64 = 260.0;

/// Net pay over gross pay of an employee of the private sector who is no executive (about 22 % of
/// contributions; 1,443 € net for 1,823 € gross at the minimum wage of January 2026).
pub(crate) const NET_OVER_GROSS: f64 = 0.78;

/// What a year's pay can be, gross euros; outside it the figure was something else.
const YEARLY: std::ops::RangeInclusive<f64> = 5_000.0..=400_000.0;

impl Prose<'_> {
    /// The pay that the text announces; sums that are something else (bonus, meal vouchers, turnover) are
    /// left out, and so is a fee a day of a self-employed person. `weekly_hours` is the working time when it
    /// is known: hourly pay counts for it above 35 hours, and monthly pay below the minimum wage is brought
    /// to full time.
    pub fn salary(&self, weekly_hours: Option<f64>) -> Option<Found<Salary>> {
        self.read_salary(weekly_hours, false).map(|(value, words)| Found::in_prose(value, words))
    }

    /// As [`Self::salary`], for a text that is the field for pay: no word need say so.
    pub fn salary_field(&self, weekly_hours: Option<f64>) -> Option<Found<Salary>> {
        self.read_salary(weekly_hours, true)
            .map(|(value, _)| Found::in_field(value, self.words(0..self.folded().len())))
    }

    /// A number without currency is worth a look only if it is large and pay is spoken of just before or after.
    fn may_be_pay(&self, sum: &Sum) -> bool {
        let text = self.folded();
        let near = &text[sum.range.start.saturating_sub(90)..(sum.range.end + 20).min(text.len())];
        sum.min >= 1_000.0
            && ["salai", "remuner", "salary", "brut", "paye"].iter().any(|word| near.contains(word))
    }

    fn read_salary(&self, weekly_hours: Option<f64>, field: bool) -> Option<(Salary, &str)> {
        let text = self.folded();
        if !field && !ANY.is_match(text) {
            return None;
        }
        let sums = pair(text, &amounts(text));
        let mut best: Option<(i32, Salary, Range<usize>)> = None;
        let mut previous = 0;
        for sum in &sums {
            if !field && !sum.currency && !sum.thousands && !self.may_be_pay(sum) {
                continue;
            }
            let context = Context::of(self, sum, previous, field);
            previous = sum.range.end;
            let Some(context) = context else { continue };
            let Some(salary) = yearly(sum, &context, weekly_hours) else { continue };
            let score = context.score(sum);
            if score >= 3 && best.as_ref().is_none_or(|(top, ..)| score > *top) {
                best = Some((score, salary, sum.range.start..context.end));
            }
        }
        let (salary, range) = best.map(|(_, salary, range)| (salary, range)).or_else(|| {
            let at = minimum_wage(text, field)?;
            let pay = (SMIC_HOURLY * full_week(weekly_hours) * WEEKS).round() as u32;
            Some((Salary { min: pay, max: pay }, at))
        })?;
        Some((salary, self.words(range)))
    }
}

static ANY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\d\s{0,2}k?eur|\d\s?k\b|\d ke\b|salaire|remuner|salary|smic|pay\b"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is sound")
}

/// One amount, or the two ends of a range.
struct Sum {
    min: f64,
    max: f64,
    thousands: bool,
    currency: bool,
    is_range: bool,
    range: Range<usize>,
}

/// Joins « 30 » and « 35 k€ » of « entre 30 et 35 k€ ».
fn pair(text: &str, amounts: &[Amount]) -> Vec<Sum> {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"^ {0,2}(?:bruts?|eur|euros)? {0,2}(?:-|/|a|et|and|to|jusqu'?a|ou|>|->|minimum) {0,2}(?:de |d')?$",
        )
    });
    let mut sums = Vec::new();
    let mut at = 0;
    while let Some(first) = amounts.get(at) {
        at += 1;
        let mut sum = Sum {
            min: first.value,
            max: first.value,
            thousands: first.thousands,
            currency: first.currency,
            is_range: false,
            range: first.range.clone(),
        };
        if let Some(second) = amounts.get(at)
            && second.range.start - first.range.end <= 16
            && BETWEEN.is_match(&text[first.range.end..second.range.start])
        {
            let scaled = second.thousands && !first.thousands && first.value < 1_000.0;
            let implied = !second.thousands && !first.thousands && second.currency && !first.currency;
            let min = match first.value {
                value if scaled || implied && value * 1_000.0 <= second.value => value * 1_000.0,
                value => value,
            };
            if min <= second.value && second.value <= min * 5.0 {
                sum = Sum {
                    min,
                    max: second.value,
                    thousands: first.thousands || second.thousands,
                    currency: first.currency || second.currency,
                    is_range: min < second.value,
                    range: first.range.start..second.range.end,
                };
                at += 1;
            }
        }
        sums.push(sum);
    }
    sums
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// What the words around a sum say of it.
struct Context {
    unit: Option<Unit>,
    /// Months paid a year.
    months: f64,
    net: bool,
    gross: bool,
    /// « brut » stands after the sum.
    gross_after: bool,
    /// A word for pay comes before.
    announced: bool,
    /// Nothing that follows makes it something other than pay.
    plain_end: bool,
    /// End of the sum's words, its unit included.
    end: usize,
}

static PAY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"salair|remuner|salary|\bwages?\b|compensation|\bpaye\b|taux? horaire|tarif horaire|gratification|fourchette|\bbruts?e?\b|package|traitement|\bfixe\b|\bpay\b|\bsal\.|\bcoef",
    )
});

static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\bprimes?\b|panier|ticket|titres?[ -]?rest|resto|repas|indemnit|bonus|variable|cooptation|parrain|segur\b|carte|cheque|budget|chiffre|\bca\b|capital|invest|apport|droits? d|reduction|remise|mutuelle|transport|astreinte|abonnement|navigo|plafond|\bfrais\b|complement|participation|interessement|abondement|allocation|prevoyance|\bcse\b|epargne|location|loyer|deplacement|nuitee|credit|\bkm\b|kilomet|subvention|dotation|majoration|recompense|valeur|\bdons?\b|\bprix\b|\bcouts?\b|depense|points? soit|portefeuille|encours|\baides?\b|commission|\bavantages?\b|revenus? |\btjm\b|levee|financement|formation|apprenti|hebergement|turnover|revenue|voucher|allowance|fund|honoraires|patients?|clients?|collaborateurs|salaries|employees",
    )
});

impl Context {
    /// `None` when the sum is something other than pay. `previous` is the end of the sum before.
    fn of(prose: &Prose<'_>, sum: &Sum, previous: usize, field: bool) -> Option<Self> {
        static AFTER_OTHER: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"^\s*(?:nets?|bruts?)?\s*(?:/\s?j|/ jour|par jour trav|(?:de |d'|en )?(?:km|kilo|variable|prime|bonus|panier|repas|ticket|indemn|cooptation|chiffre|ca\b|budget|capital|invest|segur|reduction|participation)|ht\b|ttc|d'euros|millions?|md|m\b|%|de part|of equity|/\s?7|/\s?24|nets?\s?/\s?j|[^,;.]{0,20}astreinte)",
            )
        });
        static AFTER_COUNT: LazyLock<Regex> = LazyLock::new(|| {
            regex(
                r"^\s*(?:heures?\b|h\b|ans\b|mois d'anc|points|logements|clients|salaries|collaborateurs|personnes|utilisateurs|users|minutes|jours)",
            )
        });
        let text = prose.folded();
        let line = prose.line(sum.range.start);
        let head_start = previous.max(line.start).max(sum.range.start.saturating_sub(90));
        let mut head = &text[head_start..sum.range.start];
        if head_start == line.start && head.trim_matches([' ', '*', '-', ':']).len() < 3 && line.start > 1 {
            let above = prose.line(line.start - 1);
            head = &text[above.start.max(line.start.saturating_sub(60)).max(previous)..sum.range.start];
        }
        let tail_end = line.end.min(sum.range.end + 60);
        let long_tail = &text[sum.range.end..tail_end];
        let tail =
            &long_tail[..long_tail.find(|c: char| c.is_ascii_digit() || c == '+').unwrap_or(long_tail.len())];
        if AFTER_OTHER.is_match(tail) && !(sum.min >= 60.0 && tail.trim_start().starts_with("/j")) {
            return None;
        }
        if !sum.currency && AFTER_COUNT.is_match(tail) {
            return None;
        }
        let last = |pattern: &Regex| pattern.find_iter(head).last().map(|m| m.start());
        let announced = match (last(&PAY), last(&OTHER)) {
            (pay, Some(other)) if pay.is_none_or(|pay| pay < other) => {
                // « rémunération (fixe + variable) : 45 k€ » still tells the pay.
                let with_variable = head[other..].starts_with("variable")
                    && head[..other].trim_end().ends_with(['+', '/', '&', 't'])
                    && pay.is_some();
                if !with_variable {
                    return None;
                }
                true
            }
            (pay, _) => field || pay.is_some(),
        };
        let (unit, end) = match unit_after(tail) {
            Some((unit, end)) => (Some(unit), sum.range.end + end),
            None => (unit_before(head), sum.range.end),
        };
        let net = |text: &str| NET.is_match(text);
        let gross = |text: &str| text.contains("brut") || text.contains("gross");
        let near_head = &head[head.len().saturating_sub(30)..];
        Some(Self {
            unit,
            months: months(long_tail),
            net: net(tail) && !gross(tail) || net(near_head) && !gross(near_head) && !gross(tail),
            gross: gross(tail) || gross(near_head),
            gross_after: gross(tail),
            announced,
            plain_end: PLAIN_END.is_match(tail),
            end,
        })
    }

    /// How sure it is that the sum is the pay of the offer; 3 or more counts.
    fn score(&self, sum: &Sum) -> i32 {
        let mut score = 0;
        if self.announced {
            score += 3;
        }
        if sum.currency
            && self.unit.is_some()
            && (self.gross || matches!(self.unit, Some(Unit::Hour | Unit::Year)))
        {
            score += 3;
        }
        if sum.thousands && (sum.currency || sum.is_range) && self.plain_end {
            score += 3;
        }
        if score == 0 {
            return 0;
        }
        score += i32::from(self.gross) + i32::from(self.unit.is_some()) + i32::from(sum.is_range);
        score += i32::from(self.unit == Some(Unit::Year)) - i32::from(self.net);
        // A bare number must look like pay and not like a year or a count.
        let bare = !sum.currency && !sum.thousands;
        let year = (1990.0..2040.0).contains(&sum.min) && sum.min.fract() == 0.0;
        if bare
            && (year && !self.gross_after
                || !(sum.is_range || self.gross || self.unit.is_some() || sum.min >= 15_000.0))
        {
            return 0;
        }
        score
    }
}

static NET: LazyLock<Regex> = LazyLock::new(|| regex(r"\bnets?\b"));

static PLAIN_END: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^\s*(?:$|\n|[),;./|+*(-]|bruts?\b|annuel|par an|an\b|a l'an|selon|fixe|package|de fixe|sur|suivant|en fonction|negociable|gross|per year|a negocier|max|minimum|pour)",
    )
});

fn unit_after(tail: &str) -> Option<(Unit, usize)> {
    static UNIT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?:/|par |per |de l'|l'|a l'|an |a )\s?(heure|h\b|hour|mois\b|month|an\b|annee|year|annum|jour|day|semaine|week)|\b(horaire|heure|mensuel|mois\b|monthly|annuel|an\b|yearly|journalier|hourly|hebdo|annually)",
        )
    });
    let window = &tail[..tail.len().min(36)];
    let found = UNIT.captures(window)?;
    let word = found.get(1).or_else(|| found.get(2))?;
    let bytes = window.as_bytes();
    let rest = bytes[word.end()..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    Some((unit(word.as_str())?, word.end() + rest))
}

/// The last unit named before the sum.
fn unit_before(head: &str) -> Option<Unit> {
    static UNIT: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"horaire|/h\b|de l'heure|hourly|mensuel|/mois|par mois|monthly|annuel|/an\b|par an\b|yearly|annual|journalier|par jour",
        )
    });
    let near = &head[head.len().saturating_sub(60)..];
    let word = UNIT.find_iter(near).last()?.as_str();
    unit(word.trim_start_matches(['/', ' ']).trim_start_matches("par ").trim_start_matches("de l'"))
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word.get(..2).unwrap_or(word) {
        "h" | "ho" | "he" if word != "hebdo" => Unit::Hour,
        "jo" | "da" => Unit::Day,
        "se" | "we" | "he" => Unit::Week,
        "mo" | "me" => Unit::Month,
        "an" | "ye" => Unit::Year,
        _ => return None,
    })
}

/// Months paid a year, as said shortly after the sum: « sur 13 mois », « + 13e mois ».
fn months(tail: &str) -> f64 {
    static MONTHS: LazyLock<Regex> =
        LazyLock::new(|| regex(r"\b(1[2-6](?:[.,]\d{1,2})?)\s?(?:e|eme|ieme)?\s?mois\b"));
    let said = MONTHS.captures(tail).and_then(|c| c[1].replace(',', ".").parse().ok());
    said.unwrap_or(12.0)
}

fn full_week(weekly_hours: Option<f64>) -> f64 {
    weekly_hours.filter(|hours| (FULL_WEEK..=48.0).contains(hours)).unwrap_or(FULL_WEEK)
}

/// Gross euros a year. A unit that cannot go with the figure (a month at 45,000 €) gives way to one that can.
fn yearly(sum: &Sum, context: &Context, weekly_hours: Option<f64>) -> Option<Salary> {
    let smic_month = SMIC_HOURLY * FULL_WEEK * WEEKS / 12.0;
    let (mut low, mut high) = (sum.min, sum.max);
    let unit = match (context.unit, low) {
        (Some(Unit::Month) | None, 12_000.0..) => Unit::Year,
        // « 15.084 € de l'heure » has three decimals.
        (Some(Unit::Hour), 12_000.0..80_000.0) if low % 100.0 != 0.0 && !sum.is_range => {
            (low, high) = (low / 1_000.0, high / 1_000.0);
            Unit::Hour
        }
        (Some(Unit::Hour), 12_000.0..) => Unit::Year,
        (Some(Unit::Hour | Unit::Day), 1_000.0..) if !sum.thousands => Unit::Month,
        (Some(Unit::Hour), 200.0..) => return None,
        (Some(Unit::Year), 8.0..1_000.0) => {
            if low * 1_000.0 < SMIC_HOURLY * FULL_WEEK * WEEKS {
                Unit::Hour
            } else if high <= 250.0 {
                (low, high) = (low * 1_000.0, high * 1_000.0);
                Unit::Year
            } else {
                return None;
            }
        }
        (Some(Unit::Year), 1_000.0..6_000.0) if high < 12_000.0 => Unit::Month,
        (Some(unit), _) => unit,
        (None, 1_000.0..9_000.0) => Unit::Month,
        (None, 8.0..80.0) if sum.currency && context.announced => Unit::Hour,
        _ => return None,
    };
    let plausible = match unit {
        Unit::Hour => 8.0..=150.0,
        Unit::Day => 60.0..=400.0,
        Unit::Week => 300.0..=3_000.0,
        Unit::Month => 400.0..=20_000.0,
        Unit::Year => YEARLY,
    };
    if !plausible.contains(&low) {
        return None;
    }
    let factor = match unit {
        Unit::Hour => full_week(weekly_hours) * WEEKS,
        Unit::Day => DAYS,
        Unit::Week => WEEKS,
        Unit::Month => {
            let hours = weekly_hours.filter(|hours| *hours < FULL_WEEK && *hours > 3.0);
            let full_time = hours.map_or(1.0, |hours| FULL_WEEK / hours);
            let scaled = low * full_time;
            let prorated = low < 0.85 * smic_month && (0.85 * smic_month..4.0 * smic_month).contains(&scaled);
            context.months * if prorated { full_time } else { 1.0 }
        }
        Unit::Year => 1.0,
    };
    let gross = if context.net { NET_OVER_GROSS } else { 1.0 };
    let pay = |value: f64| (value * factor / gross).round();
    (YEARLY.contains(&pay(low)) && YEARLY.contains(&pay(high)))
        .then(|| Salary { min: pay(low) as u32, max: pay(high) as u32 })
}

/// « Salaire : SMIC », « rémunéré au SMIC », when no sum is given.
fn minimum_wage(text: &str, field: bool) -> Option<Range<usize>> {
    static PAID: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?:salaire|remuneration|remunere|paye|taux horaire|base)[^.\n%]{0,24}\b(smic)\b|\bau (smic)\b|\b(smic) horaire\b|\b(smic) (?:en vigueur|evolutif|mensuel|brut)",
        )
    });
    static RELATIVE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"%[^.\n]{0,12}$|dessus[^.\n]{0,6}$|superieure?s?[^.\n]{0,6}$|pourcentage[^.\n]{0,10}$|fois le $|\d\s?x\s$",
        )
    });
    let at = match PAID.captures(text) {
        Some(found) => found.iter().skip(1).flatten().next()?.range(),
        None if field => text.find("smic").map(|at| at..at + 4)?,
        None => return None,
    };
    (!RELATIVE.is_match(&text[at.start.saturating_sub(30)..at.start])).then_some(at)
}
