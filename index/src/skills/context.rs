//! Whether a name that is also an ordinary word is meant as a technology where it stands.

use super::Kind;
use super::extract::{Candidate, Token};
use super::graph::PatternFlags;
use super::words::{Case, Gap};

/// What a word says about the words near it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// Nothing.
    None,
    /// A name of technology is likely near: « langage », « framework », « logiciel ».
    Strong,
    /// A skill is likely to follow: « maîtrise », « connaissance ».
    Weak,
    /// The capital that follows is no technology: « permis C », « société SAS ».
    Against,
    /// What follows is absent or not asked for: « sans », « ni », « aucune ».
    Negation,
    /// A negation does not reach beyond it: « mais », « si ».
    Breaks,
    /// Says that something is needed: « requis »; with « non » before it, that it is not.
    Needed,
}

/// The cue that a folded word gives.
pub(super) fn cue(folded: &str) -> Cue {
    match folded {
        "langage" | "langages" | "language" | "languages" | "logiciel" | "logiciels" | "progiciel"
        | "progiciels" | "software" | "developpement" | "developpeur" | "developpeuse" | "developpeurs"
        | "developper" | "developer" | "developers" | "development" | "dev" | "programmation"
        | "programming" | "programmer" | "coder" | "codons" | "codez" | "code" | "codage" | "coding"
        | "framework" | "frameworks" | "technologie" | "technologies" | "technos" | "techno" | "stack"
        | "bibliotheque" | "librairie" | "library" | "libraries" | "backend" | "frontend" | "back"
        | "front" | "script" | "scripts" | "scripting" | "bureautique" | "informatique" | "informatiques"
        | "erp" | "crm" | "pack" | "suite" | "outil" | "outils" | "tools" | "tool" | "microsoft"
        | "adobe" | "google" | "apache" | "application" | "applications" | "api" | "apis"
        | "microservices" | "fullstack" | "devops" | "version" => Cue::Strong,
        "maitrise" | "maitriser" | "maitrisez" | "maitrisant" | "connaissance" | "connaissances"
        | "connaitre" | "utilisation" | "utiliser" | "utilisez" | "utilisant" | "pratique" | "experience"
        | "competence" | "competences" | "skills" | "knowledge" | "proficient" | "proficiency" | "using"
        | "use" | "experienced" | "notions" | "bases" | "environnement" | "environment" | "formation"
        | "certifie" | "certification" | "savoir" | "expertise" | "aisance" | "aise" | "familiar"
        | "mastery" => Cue::Weak,
        "permis" | "categorie" | "categories" | "vitamine" | "bac" | "classe" | "ligne" | "type"
        | "groupe" | "niveau" | "batiment" | "lot" | "zone" | "hepatite" | "plan" | "annexe" | "article"
        | "serie" | "licence" | "point" | "titre" | "bloc" | "poste" | "cadre" | "caces" | "category"
        | "class" | "grade" | "level" | "societe" | "entreprise" | "company" => Cue::Against,
        "sans" | "ni" | "without" | "no" | "not" | "pas" | "aucun" | "aucune" | "jamais" | "never"
        | "non" => Cue::Negation,
        "mais" | "but" | "si" | "if" | "que" | "qui" | "hesitez" | "hesite" | "oublier" | "oubliez"
        | "seulement" | "uniquement" | "only" | "cesse" | "forcement" => Cue::Breaks,
        "requis" | "requise" | "requises" | "exige" | "exigee" | "exiges" | "exigees" | "necessaire"
        | "necessaires" | "obligatoire" | "obligatoires" | "demande" | "demandee" | "demandes"
        | "demandees" | "indispensable" | "indispensables" | "imperatif" | "imperative" | "required"
        | "needed" | "necessary" | "mandatory" => Cue::Needed,
        _ => Cue::None,
    }
}

/// Decides which candidates of a text count.
pub(super) struct Context<'a> {
    tokens: &'a [Token],
    accepted: Vec<bool>,
    /// Per token: whether an accepted technology covers it.
    technology: Vec<bool>,
}

/// How far a cue reaches, in words, before the name and after it.
const CUE_BEFORE: usize = 5;
const CUE_AFTER: usize = 1;
/// How far another technology reaches, in words.
const NEAR: usize = 12;

impl<'a> Context<'a> {
    pub(super) fn new(tokens: &'a [Token], candidates: &[Candidate]) -> Self {
        let doubtful = |c: &Candidate| {
            c.named.flags.has(PatternFlags::AMBIGUOUS) || c.named.flags.has(PatternFlags::CASED)
        };
        let mut context =
            Self { tokens, accepted: vec![false; candidates.len()], technology: vec![false; tokens.len()] };
        for (i, c) in candidates.iter().enumerate() {
            context.accepted[i] = !doubtful(c) && !denied(tokens, c.first, c.last);
            if context.accepted[i] {
                context.mark(c);
            }
        }
        context.pair(candidates);
        // Each name that is accepted may be the context of the next.
        loop {
            let more: Vec<usize> = (0..candidates.len())
                .filter(|&i| !context.accepted[i] && context.meant(&candidates[i]))
                .collect();
            if more.is_empty() {
                return context;
            }
            for i in more {
                context.accepted[i] = true;
                context.mark(&candidates[i]);
            }
        }
    }

    pub(super) fn accepts(&self, candidate: usize) -> bool {
        self.accepted[candidate]
    }

    /// « Chef ou Puppet »: two doubtful names in one list, both in their own case, vouch for each other.
    fn pair(&mut self, candidates: &[Candidate]) {
        let named = |c: &Candidate| {
            c.kind == Kind::Technology && self.own_case(c) && !self.denied(c) && !self.dotted(c)
        };
        let doubtful: Vec<usize> =
            (0..candidates.len()).filter(|&i| !self.accepted[i] && named(&candidates[i])).collect();
        let mut vouched: Vec<usize> = Vec::new();
        for pair in doubtful.windows(2) {
            let (a, b) = (&candidates[pair[0]], &candidates[pair[1]]);
            let between = a.last + 1..b.first;
            let joined = a.last < b.first
                && between.clone().all(|at| self.tokens[at].conjunction)
                && (a.last + 1..=b.first).all(|at| self.tokens[at].gap != Gap::Sentence)
                && (!between.is_empty() || parts(self.tokens[b.first].gap));
            if joined && (self.case_is_chosen(a) || self.case_is_chosen(b)) {
                vouched.extend(pair);
            }
        }
        for i in vouched {
            self.accepted[i] = true;
            self.mark(&candidates[i]);
        }
    }

    fn denied(&self, c: &Candidate) -> bool {
        denied(self.tokens, c.first, c.last)
    }

    fn mark(&mut self, c: &Candidate) {
        if c.kind == Kind::Technology {
            self.technology[c.first..=c.last].fill(true);
        }
    }

    fn meant(&self, c: &Candidate) -> bool {
        let flags = c.named.flags;
        // A single letter is too short for weak evidence.
        let letter = c.first == c.last && self.tokens[c.first].letter;
        if self.dotted(c) {
            return false;
        }
        if self.cue_before(c, if letter { 2 } else { 1 }, Cue::Against) || self.denied(c) {
            return false;
        }
        let listed = self.listed(c);
        let cased_only = !flags.has(PatternFlags::AMBIGUOUS);
        if !self.own_case(c) {
            return !letter
                && ((listed && self.closes_item(c))
                    || self.cue_before(c, 2, Cue::Strong)
                    || (cased_only && self.cue_before(c, 2, Cue::Weak)));
        }
        let strong = self.cue_before(c, CUE_BEFORE, Cue::Strong) || self.cue_after(c);
        if letter {
            return listed || strong;
        }
        let chosen = self.case_is_chosen(c);
        let vouched =
            cased_only || self.tool_before(c) || self.cue_before(c, 3, Cue::Weak) || self.technology_near(c);
        listed || strong || (chosen && vouched)
    }

    /// Whether a letter is part of something longer, as in « R.T.T. », « R&D » or « CACES R 489 ».
    fn dotted(&self, c: &Candidate) -> bool {
        if c.first != c.last || !self.tokens[c.first].letter {
            return false;
        }
        let touches = |token: &Token| token.gap == Gap::Soft && token.letter && !token.stop;
        let next = (self.tokens.get(c.last + 1))
            .is_some_and(|next| touches(next) || (next.gap == Gap::Soft && next.number));
        next || (touches(&self.tokens[c.first]) && c.first > 0 && self.tokens[c.first - 1].letter)
    }

    /// Whether the item of a list ends with the name: « python, basic » but not « python, basic editing ».
    fn closes_item(&self, c: &Candidate) -> bool {
        self.tokens.get(c.last + 1).is_none_or(|next| next.gap != Gap::Soft || next.conjunction)
    }

    /// Whether the words are written as the name is.
    fn own_case(&self, c: &Candidate) -> bool {
        let upper = c.named.flags.has(PatternFlags::UPPER);
        self.tokens[c.first..=c.last].iter().filter(|token| !token.stop).all(|token| match token.case {
            Case::Lower => false,
            Case::Capital => !upper,
            Case::Upper | Case::Mixed => true,
        })
    }

    /// Whether the capital is the writer's choice: not that of a sentence, nor of a line all in capitals.
    fn case_is_chosen(&self, c: &Candidate) -> bool {
        let next = self.tokens.get(c.last + 1);
        let previous = c.first.checked_sub(1).map(|i| &self.tokens[i]);
        let first = &self.tokens[c.first];
        let opens = matches!(first.gap, Gap::List | Gap::Sentence);
        let shouted = first.case == Case::Upper
            && !first.letter
            && [previous, next].into_iter().flatten().any(|near| near.case == Case::Upper && !near.letter);
        !shouted && (!opens || self.closes_item(c))
    }

    /// « sous Robot », « sur Teams »: the words that introduce a tool.
    fn tool_before(&self, c: &Candidate) -> bool {
        let token = &self.tokens[c.first];
        token.gap == Gap::Soft && c.first > 0 && self.tokens[c.first - 1].introduces_tool
    }

    fn cue_before(&self, c: &Candidate, reach: usize, wanted: Cue) -> bool {
        let mut at = c.first;
        for _ in 0..reach {
            if self.tokens[at].gap == Gap::Sentence || at == 0 {
                return false;
            }
            at -= 1;
            if self.tokens[at].cue == wanted {
                return true;
            }
        }
        false
    }

    fn cue_after(&self, c: &Candidate) -> bool {
        (self.tokens[c.last + 1..].iter().take(CUE_AFTER))
            .any(|token| token.gap == Gap::Soft && token.cue == Cue::Strong)
    }

    /// Whether a technology is the item before or after in a list.
    fn listed(&self, c: &Candidate) -> bool {
        let before = {
            let mut separated = parts(self.tokens[c.first].gap);
            let mut at = c.first;
            loop {
                if self.tokens[at].gap == Gap::Sentence || at == 0 {
                    break false;
                }
                at -= 1;
                let token = &self.tokens[at];
                if self.technology[at] {
                    break separated;
                }
                if !token.conjunction && !token.stop {
                    break false;
                }
                separated |= token.conjunction || parts(token.gap);
            }
        };
        before || {
            let mut separated = false;
            let mut found = false;
            for at in c.last + 1..self.tokens.len() {
                let token = &self.tokens[at];
                if token.gap == Gap::Sentence {
                    break;
                }
                separated |= parts(token.gap) || token.conjunction;
                if self.technology[at] {
                    found = separated;
                    break;
                }
                if !token.conjunction && !token.stop {
                    break;
                }
            }
            found
        }
    }

    fn technology_near(&self, c: &Candidate) -> bool {
        let from = c.first.saturating_sub(NEAR);
        let before = (from..c.first).rev().take_while(|at| self.tokens[at + 1].gap != Gap::Sentence);
        let after =
            (c.last + 1..self.tokens.len()).take(NEAR).take_while(|at| self.tokens[*at].gap != Gap::Sentence);
        before.chain(after).any(|at| self.technology[at])
    }
}

/// How many words that carry sense may stand between a negation and what it takes back.
const NEGATION_REACH: usize = 2;

/// Whether the words around take a name back: « sans Java », « aucune compétence en comptabilité », « ni SQL ni
/// Java », « anglais non requis ».
pub(super) fn denied(tokens: &[Token], first: usize, last: usize) -> bool {
    denied_before(tokens, first) || unneeded_after(tokens, last)
}

fn denied_before(tokens: &[Token], first: usize) -> bool {
    let mut between = 0;
    let mut at = first;
    while at > 0 && tokens[at].gap == Gap::Soft {
        at -= 1;
        match tokens[at].cue {
            Cue::Negation => {
                let excused = at > 0 && tokens[at].gap == Gap::Soft && tokens[at - 1].cue == Cue::Breaks;
                return !excused;
            }
            Cue::Breaks => return false,
            _ if tokens[at].stop || tokens[at].conjunction => {}
            _ if between == NEGATION_REACH => return false,
            _ => between += 1,
        }
    }
    false
}

fn unneeded_after(tokens: &[Token], last: usize) -> bool {
    let mut negated = false;
    for token in tokens[last + 1..].iter().take(6) {
        match (token.cue, token.gap) {
            (_, Gap::Sentence) => return false,
            (Cue::Negation, _) => negated = true,
            (_, Gap::List | Gap::Slash) if !negated => return false,
            (Cue::Needed, _) => return negated,
            _ => {}
        }
    }
    false
}

/// Whether a gap parts the items of a list.
fn parts(gap: Gap) -> bool {
    matches!(gap, Gap::List | Gap::Slash)
}
