//! What a person says of a skill that offers ask for and their CV does not name.

use jobmatch_index::lang::Lang;
use jobmatch_index::profile::{Profile, ProfileSkill};
use jobmatch_index::records::{Owner, Records, Row, Uuid};
use jobmatch_index::skills::Graph;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::Refusal;

/// What is said of the skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// « Je l'ai » : offers are ranked as if the CV named it.
    Held,
    /// « Ce n'est pas une compétence » : it is named as missing no more.
    NotASkill,
}

/// A remark on a skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SkillRemark {
    /// Stable id of the skill, such as `tech:react`.
    pub skill: String,
    /// What is said of it.
    pub remark: Remark,
}

impl Row for SkillRemark {
    const KIND: &'static str = "skill_remark";
}

fn id(skill: &str) -> Uuid {
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::digest(skill)[..16]);
    Uuid::from_bytes(id)
}

/// Says something of a skill, or takes it back.
///
/// # Errors
/// [`Refusal::NotFound`] for a skill that nobody knows; [`Refusal::Engine`].
pub fn set(records: &Records<'_>, owner: Owner, skill: &str, remark: Option<Remark>) -> Result<(), Refusal> {
    if Graph::builtin().by_id(skill).is_none() {
        return Err(Refusal::NotFound("skill"));
    }
    records.write(owner, |rows| {
        match remark {
            Some(remark) => rows.put(id(skill), &SkillRemark { skill: skill.to_owned(), remark })?,
            None => {
                rows.delete::<SkillRemark>(id(skill))?;
            }
        }
        Ok(())
    })
}

/// All that the person said.
///
/// # Errors
/// [`Refusal::Engine`].
pub fn list(records: &Records<'_>, owner: Owner) -> Result<Vec<SkillRemark>, Refusal> {
    Ok(records.list::<SkillRemark>(owner)?.into_iter().map(|(_, remark)| remark).collect())
}

/// Adds the skills that the person says to have to a profile that offers are ranked for.
pub(super) fn add_held(profile: &mut Profile, remarks: &[SkillRemark]) {
    let graph = Graph::builtin();
    for said in remarks.iter().filter(|said| said.remark == Remark::Held) {
        let known = profile.skills.iter().any(|skill| skill.concept.as_deref() == Some(&said.skill));
        if let (false, Some(concept)) = (known, graph.by_id(&said.skill)) {
            profile.skills.push(ProfileSkill {
                label: graph.label(concept, Lang::Fr).to_owned(),
                concept: Some(said.skill.clone()),
                line: String::new(),
                months: None,
            });
        }
    }
}
