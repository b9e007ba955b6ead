//! Languages, licences, skills and other lists.

use std::ops::Range;

use jobmatch_index::profile::{LanguageKnown, Profile, ProfileSkill};

use super::super::super::lines::{CELL, Line, word_count};
use super::super::super::{languages, skills};
use super::super::answer::{Said, Tongue};
use super::{
    Field, LANGUAGE, LICENCE, MOST_ENTRIES, Merge, Origin, Quote, SKILL, TAKEN, UNKNOWN, UNSUPPORTED, same,
};
use crate::ingest::prose;

impl Merge<'_> {
    pub(super) fn language(&mut self, known: &mut Vec<LanguageKnown>, said: &Tongue, within: &Range<usize>) {
        let Some(quote) = self.ground(LANGUAGE, said.name.get(), within) else { return };
        let Some(named) = languages::in_section(&[Line::plain(&quote.text)]).into_iter().next() else {
            self.refuse(LANGUAGE, &quote.text, UNKNOWN);
            return;
        };
        if let Some(i) = known.iter().position(|language| language.code == named.code) {
            self.mark(&format!("/languages/{i}"), Origin::Both);
            return;
        }
        let lines = quote.lines.start..(quote.lines.end + 1).min(within.end);
        let text = &self.document.lines[quote.lines.start];
        let stated = languages::in_section(std::slice::from_ref(text));
        let stated = stated.into_iter().find(|language| language.code == named.code).and_then(|l| l.level);
        let near = said.level.get().and_then(|level| self.quotes(level, &lines).into_iter().next());
        let level = stated.or_else(|| languages::level(&near?.text));
        // « Restaurant chinois » names a language and says nothing of who worked there.
        if level.is_none() && word_count(&text.text) > 3 {
            self.refuse(LANGUAGE, &quote.text, UNSUPPORTED);
        } else if known.len() < MOST_ENTRIES {
            self.mark(&format!("/languages/{}", known.len()), Origin::Model);
            known.push(LanguageKnown { code: named.code, level, line: text.text.replace(CELL, " ") });
        }
    }

    pub(super) fn licences(&mut self, known: &mut Vec<String>, said: &[Said], within: &Range<usize>) {
        for said in said {
            let Some(quote) = self.ground(LICENCE, said.get(), within) else { continue };
            let named = prose::licences(&quote.text);
            if named.is_empty() {
                self.refuse(LICENCE, &quote.text, UNKNOWN);
            }
            for licence in named {
                let at = known.iter().position(|known| *known == licence.value.name);
                let by = if at.is_some() { Origin::Both } else { Origin::Model };
                let at = at.unwrap_or_else(|| {
                    known.push(licence.value.name);
                    known.len() - 1
                });
                self.mark(&format!("/licences/{at}"), by);
            }
        }
    }

    /// A list of free texts: one that the rules found stays; else what stands on lines of its own is taken.
    pub(super) fn list(
        &mut self,
        list: &mut Vec<String>,
        name: &str,
        field: Field,
        said: &[Said],
        known: usize,
        within: &Range<usize>,
    ) {
        for said in said {
            let Some(quote) = self.ground(field, said.get(), within) else { continue };
            if let Some(at) = list.iter().position(|item| same(item, &quote.text)) {
                if at < known {
                    self.mark(&format!("/{name}/{at}"), Origin::Both);
                }
            } else if known == 0 && self.is_taken(&quote.lines, &["/skills"]) {
                self.refuse(field, &quote.text, TAKEN);
            } else if known == 0 && list.len() < MOST_ENTRIES {
                self.mark(&format!("/{name}/{}", list.len()), Origin::Model);
                list.push(quote.text);
            }
        }
    }

    /// Skills go through the graph, as those of the rules did; the jobs may show more now.
    pub(super) fn skills(&mut self, profile: &mut Profile, listed: &[(String, Range<usize>)]) {
        let mut grounded: Vec<Quote> = Vec::new();
        for (skill, within) in listed {
            grounded.extend(self.ground(SKILL, Some(skill), within));
        }
        let line_of = |label: &str| {
            let quote = grounded.iter().find(|quote| same(&quote.text, label))?;
            Some((quote, self.document.lines[quote.lines.start].text.replace(CELL, " ")))
        };
        let known = |all: &[ProfileSkill], skill: &ProfileSkill| {
            all.iter().position(|known| match &skill.concept {
                Some(_) => known.concept == skill.concept,
                None => same(&known.label, &skill.label),
            })
        };
        let texts: Vec<String> = grounded.iter().map(|quote| quote.text.clone()).collect();
        let mut marks = Vec::new();
        let mut refused = Vec::new();
        for skill in skills::read(&Profile::default(), &texts, &[], self.today) {
            if let Some(at) = known(&profile.skills, &skill) {
                marks.push((format!("/skills/{at}"), Origin::Both));
                continue;
            }
            let line = line_of(&skill.line).or_else(|| line_of(&skill.label));
            // Words that no skill is known by may be a name or a town.
            let but = ["/skills", "/summary", "/interests", "/certifications"];
            match line {
                Some((quote, _)) if skill.concept.is_none() && self.is_taken(&quote.lines, &but) => {
                    refused.push(skill.label);
                }
                Some((_, line)) if profile.skills.len() < 5 * MOST_ENTRIES => {
                    marks.push((format!("/skills/{}", profile.skills.len()), Origin::Model));
                    profile.skills.push(ProfileSkill { line, ..skill });
                }
                _ => {}
            }
        }
        for skill in skills::read(profile, &[], &[], self.today) {
            match known(&profile.skills, &skill) {
                Some(at) => profile.skills[at].months = skill.months.or(profile.skills[at].months),
                None => profile.skills.push(skill),
            }
        }
        self.marks.extend(marks);
        for skill in refused {
            self.refuse(SKILL, &skill, TAKEN);
        }
    }
}
