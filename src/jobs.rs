//! Long work in the background: kept in the store, so that it survives a restart; told as it goes; cancelled on
//! request.
//!
//! A task belongs to a person. Running one twice does no harm: what it makes goes by the task's own id.

mod turns;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jobmatch_index::records::{Owner, Room, Row, Uuid};
use jobmatch_index::{Index, Part, Progress};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::ingest::cv::{self, Asked, CvError, Reader, Step};
use crate::messages;
use crate::model::{self, Model};
use crate::people::files::File;
use crate::people::{Refusal, accounts, readings};
use turns::Turns;

/// Ended tasks that are kept, for each person.
const KEPT: usize = 100;
/// Threads that work: a long rebuild leaves one for CVs.
const WORKERS: usize = 2;

/// Times that a task is begun: one that ended the program each time is not tried for ever.
const TRIES: u8 = 3;

/// What a task does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// Reads a CV file into a profile.
    ExtractCv {
        /// File name.
        name: String,
        /// The CV that it is a new file of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<Uuid>,
    },
    /// Builds indexes again.
    Reindex {
        /// Which: `text`, `vectors` or `all`.
        part: PartName,
    },
}

/// Which indexes to build again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartName {
    /// The text index.
    Text,
    /// The vectors and what else is derived from offers.
    Vectors,
    /// Everything.
    #[default]
    All,
}

impl From<PartName> for Part {
    fn from(part: PartName) -> Self {
        match part {
            PartName::Text => Self::Text,
            PartName::Vectors => Self::Vectors,
            PartName::All => Self::All,
        }
    }
}

/// How far a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for its turn.
    Queued,
    /// It is being done.
    Running,
    /// It is done.
    Done,
    /// It could not be done.
    Failed,
    /// It was called off.
    Cancelled,
}

impl State {
    /// Whether nothing more will happen.
    pub fn ended(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Task {
    /// What it does.
    pub work: Work,
    /// How far it is.
    pub state: State,
    /// Steps done.
    pub done: u64,
    /// Steps in all; 0 when that is not known.
    pub total: u64,
    /// Where it is, in French.
    pub message: String,
    /// The profile that a CV became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Uuid>,
    /// Why it failed, in French.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Times that it was begun.
    #[serde(default)]
    pub tries: u8,
    /// When it was asked for.
    pub created: Timestamp,
    /// When its state last changed.
    pub updated: Timestamp,
}

impl Row for Task {
    const KIND: &'static str = "task";
    const ROOM: Room = Room::None;
}

/// The file that a CV task reads, until it is done. Under the task's id.
#[derive(Serialize, Deserialize)]
struct Input(File);

impl Row for Input {
    const KIND: &'static str = "task-input";
    const ROOM: Room = Room::Files;
}

/// A task that waits or runs.
struct Live {
    cancel: Arc<AtomicBool>,
    told: watch::Sender<Task>,
}

type Key = (Owner, Uuid);
/// One CV of a person is read at a time; a rebuild does not keep them from it.
type Line = (Owner, bool);

/// The background work of one server.
pub struct Jobs {
    index: Arc<Index>,
    reader: Reader,
    model: Option<Model>,
    queue: Arc<Turns<Line, Uuid>>,
    /// Tasks of one person that wait or run.
    most: usize,
    live: Mutex<HashMap<Key, Live>>,
}

impl Jobs {
    /// Starts the workers, and takes up what a former run left undone. With a `model`, CVs are read by it too. `most`
    /// tasks of one person may wait or run.
    ///
    /// # Errors
    /// [`Refusal::Engine`].
    pub fn start(
        index: Arc<Index>,
        reader: Reader,
        model: Option<Model>,
        most: usize,
    ) -> Result<Arc<Self>, Refusal> {
        let queue = Arc::new(Turns::default());
        let jobs = Arc::new(Self { index, reader, model, queue, most, live: Mutex::default() });
        let records = jobs.index.records();
        for owner in records.owners()? {
            let tasks = match records.list::<Task>(owner) {
                Err(error) if accounts::is_damage(&error) => {
                    tracing::warn!(person = %owner.0, %error, "the tasks of this person cannot be read");
                    continue;
                }
                tasks => tasks?,
            };
            for (id, task) in tasks {
                match task.state.ended() {
                    true => {}
                    false if task.tries < TRIES => jobs.enqueue(owner, id, task),
                    false => jobs.give_up(owner, id, task),
                }
            }
        }
        for n in 0..WORKERS {
            let (jobs, queue) = (Arc::downgrade(&jobs), jobs.queue.clone());
            let work = move || {
                while let Some((line, id)) = queue.next() {
                    let Some(jobs) = jobs.upgrade() else { return };
                    jobs.run(line.0, id);
                    queue.done(&line);
                }
            };
            std::thread::Builder::new()
                .name(format!("jobs-{n}"))
                .spawn(work)
                .expect("a thread can be started");
        }
        Ok(jobs)
    }

    /// Asks for a CV to be read; the profile gets the task's id. With `replaces`, the file is a new one of that CV.
    ///
    /// # Errors
    /// [`Refusal::TooManyTasks`].
    pub fn extract_cv(
        &self,
        owner: Owner,
        file: &File,
        replaces: Option<Uuid>,
        now: Timestamp,
    ) -> Result<(Uuid, Task), Refusal> {
        self.add(owner, Work::ExtractCv { name: file.name.clone(), replaces }, Some(file), now)
    }

    /// Asks for indexes to be built again.
    ///
    /// # Errors
    /// [`Refusal::TooManyTasks`].
    pub fn reindex(&self, owner: Owner, part: PartName, now: Timestamp) -> Result<(Uuid, Task), Refusal> {
        self.add(owner, Work::Reindex { part }, None, now)
    }

    fn add(
        &self,
        owner: Owner,
        work: Work,
        file: Option<&File>,
        now: Timestamp,
    ) -> Result<(Uuid, Task), Refusal> {
        if self.live().keys().filter(|(of, _)| *of == owner).count() >= self.most {
            return Err(Refusal::TooManyTasks { most: self.most });
        }
        let id = Uuid::now_v7();
        let task = Task {
            work,
            state: State::Queued,
            done: 0,
            total: 0,
            message: "En attente".into(),
            profile: None,
            error: None,
            tries: 0,
            created: now,
            updated: now,
        };
        self.index.records().write::<_, Refusal>(owner, |rows| {
            let ended: Vec<Uuid> =
                rows.list::<Task>()?.into_iter().filter(|(_, t)| t.state.ended()).map(|(id, _)| id).collect();
            for old in ended.iter().take(ended.len().saturating_sub(KEPT - 1)) {
                rows.delete::<Task>(*old)?;
            }
            if let Some(file) = file {
                rows.put(id, &Input(file.clone()))?;
            }
            Ok(rows.put(id, &task)?)
        })?;
        self.enqueue(owner, id, task.clone());
        Ok((id, task))
    }

    fn enqueue(&self, owner: Owner, id: Uuid, mut task: Task) {
        task.state = State::Queued;
        let line = (owner, matches!(task.work, Work::Reindex { .. }));
        let live = Live { cancel: Arc::default(), told: watch::Sender::new(task) };
        self.live().insert((owner, id), live);
        self.queue.add(line, id);
    }

    /// A task as it is now.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn get(&self, owner: Owner, id: Uuid) -> Result<Task, Refusal> {
        if let Some(live) = self.live().get(&(owner, id)) {
            return Ok(live.told.borrow().clone());
        }
        self.index.records().get::<Task>(owner, id)?.ok_or(Refusal::NotFound("task"))
    }

    /// A person's tasks, the oldest first.
    ///
    /// # Errors
    /// [`Refusal::Engine`].
    pub fn list(&self, owner: Owner) -> Result<Vec<(Uuid, Task)>, Refusal> {
        let stored = self.index.records().list::<Task>(owner)?;
        let live = self.live();
        let now = |id| live.get(&(owner, id)).map(|live| live.told.borrow().clone());
        Ok(stored.into_iter().map(|(id, task)| (id, now(id).unwrap_or(task))).collect())
    }

    /// What a task tells from now on; ended when it has ended. The first value is how it stands.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn follow(&self, owner: Owner, id: Uuid) -> Result<watch::Receiver<Task>, Refusal> {
        if let Some(live) = self.live().get(&(owner, id)) {
            return Ok(live.told.subscribe());
        }
        Ok(watch::Sender::new(self.get(owner, id)?).subscribe())
    }

    /// Calls a task off. One that has ended stays as it is.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn cancel(&self, owner: Owner, id: Uuid) -> Result<Task, Refusal> {
        let waiting = self.live().get(&(owner, id)).and_then(|live| {
            live.cancel.store(true, Ordering::Relaxed);
            let mut waits = false;
            // In one step with the worker that may be taking it up just now.
            live.told.send_if_modified(|task| {
                waits = task.state == State::Queued;
                if waits {
                    called_off(task);
                }
                waits
            });
            waits.then(|| live.told.borrow().clone())
        });
        if let Some(mut task) = waiting {
            self.keep(owner, id, &mut task);
        }
        self.get(owner, id)
    }

    /// Calls off everything that a person has asked for.
    pub fn cancel_all(&self, owner: Owner) {
        for (_, live) in self.live().iter().filter(|((o, _), _)| *o == owner) {
            live.cancel.store(true, Ordering::Relaxed);
        }
    }

    /// How many tasks wait or run.
    pub fn waiting(&self) -> usize {
        self.live().len()
    }

    fn live(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, owner: Owner, id: Uuid) {
        let Some((cancel, told)) = self.live().get(&(owner, id)).map(|l| (l.cancel.clone(), l.told.clone()))
        else {
            return;
        };
        let mut begun = false;
        // In one step with whoever may be calling it off just now.
        told.send_if_modified(|task| {
            begun = task.state == State::Queued && !cancel.load(Ordering::Relaxed);
            if begun {
                task.state = State::Running;
                task.tries += 1;
            }
            begun
        });
        let mut task = told.borrow().clone();
        let ended = if !begun {
            Err(jobmatch_index::Error::Cancelled.into())
        } else {
            self.keep(owner, id, &mut task);
            // A reader that panics on a hostile file fails its own task, not the worker.
            let work = || match task.work.clone() {
                Work::ExtractCv { replaces, .. } => {
                    self.read_cv(owner, id, replaces, &cancel, &told).map(Some)
                }
                Work::Reindex { part } => self.rebuild(part, &cancel, &told).map(|()| None),
            };
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
                Err(Refusal::invalid(
                    "file",
                    "la lecture de ce fichier a échoué ; exportez-le à nouveau, en PDF ou DOCX",
                ))
            })
        };
        task = told.borrow().clone();
        match ended {
            Ok(profile) => {
                task.profile = profile;
                task.state = State::Done;
                task.message = "Terminé".into();
            }
            Err(Refusal::Engine(jobmatch_index::Error::Cancelled) | Refusal::Cv(CvError::Cancelled)) => {
                called_off(&mut task);
            }
            Err(refusal) => {
                task.state = State::Failed;
                task.message = "Échec".into();
                task.error = Some(messages::refusal(&refusal));
            }
        }
        self.keep(owner, id, &mut task);
        self.live().remove(&(owner, id));
        told.send_replace(task);
    }

    /// Fails a task that has ended the program time and again.
    fn give_up(&self, owner: Owner, id: Uuid, mut task: Task) {
        task.state = State::Failed;
        task.message = "Échec".into();
        task.error =
            Some("ce travail a interrompu JobMatch à plusieurs reprises ; il n'est plus tenté".into());
        self.keep(owner, id, &mut task);
    }

    /// Stores a change of state; the input goes with the end.
    fn keep(&self, owner: Owner, id: Uuid, task: &mut Task) {
        task.updated = Timestamp::now();
        let kept = self.index.records().write::<_, jobmatch_index::Error>(owner, |rows| {
            if task.state.ended() {
                rows.delete::<Input>(id)?;
            }
            rows.put(id, task)
        });
        match kept {
            // Erased meanwhile: nothing to keep.
            Ok(()) | Err(jobmatch_index::Error::UnknownOwner) => {}
            Err(error) => tracing::error!(%error, "the state of a task cannot be stored"),
        }
    }

    fn read_cv(
        &self,
        owner: Owner,
        id: Uuid,
        replaces: Option<Uuid>,
        cancel: &AtomicBool,
        told: &watch::Sender<Task>,
    ) -> Result<Uuid, Refusal> {
        let tell = |done: usize, total: usize, message: &str| {
            told.send_modify(|task| {
                (task.done, task.total) = (done as u64, total as u64);
                message.clone_into(&mut task.message);
            });
        };
        tell(0, 0, "Ouverture du fichier");
        let records = self.index.records();
        let Input(file) = records.get(owner, id)?.ok_or(Refusal::NotFound("file"))?;
        let mut page = |step: Step| {
            let how = if step.image { "Reconnaissance du texte" } else { "Lecture" };
            tell(step.page, step.pages, &format!("{how}, page {} sur {}", step.page, step.pages));
        };
        let mut opened = self.reader.open(&file.bytes, Some(&file.name), true, cancel, &mut page)?;
        if cancel.load(Ordering::Relaxed) {
            return Err(jobmatch_index::Error::Cancelled.into());
        }
        let now = Timestamp::now();
        let pages = std::mem::take(&mut opened.previews);
        let today = crate::clock::today(now);
        let mut reading = opened.understand(today);
        if let Some(model) = &self.model {
            let mut told = None;
            let mut asked = |Asked { part, parts, received }: Asked| {
                // A few times a second is enough to look at.
                if told.replace((part, received / 200)) == Some((part, received / 200)) {
                    return;
                }
                let name = model.name();
                let which = if parts > 1 { format!(", partie {part} sur {parts}") } else { String::new() };
                let so_far = if received > 0 { format!(" : {received} signes reçus") } else { "…".into() };
                tell(part - 1, parts, &format!("Relecture par le modèle {name}{which}{so_far}"));
            };
            reading = model::wait_for(cv::assist(reading, &pages, model, today, &mut asked), cancel)
                .ok_or(jobmatch_index::Error::Cancelled)?;
        }
        readings::add(&records, owner, id, &reading, pages, &file, replaces, now)?;
        Ok(id)
    }

    fn rebuild(
        &self,
        part: PartName,
        cancel: &AtomicBool,
        told: &watch::Sender<Task>,
    ) -> Result<(), Refusal> {
        let report = |done: u64, total: u64| {
            told.send_if_modified(|task| {
                // A hundred steps are enough to look at.
                let moved =
                    total != task.total || done * 100 / total.max(1) != task.done * 100 / total.max(1);
                if moved {
                    (task.done, task.total) = (done, total);
                    "Reconstruction des index".clone_into(&mut task.message);
                }
                moved
            });
        };
        Ok(self.index.rebuild(part.into(), &Progress::new(&report, cancel))?)
    }
}

fn called_off(task: &mut Task) {
    task.state = State::Cancelled;
    task.message = "Annulé".into();
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.queue.close();
    }
}
