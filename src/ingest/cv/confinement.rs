//! What the process that reads an untrusted document may do: compute on the bytes that it was given, and answer.
//!
//! On every Unix it keeps no descriptor but its three pipes. On Linux it also ends with the process that started it,
//! gains no privileges, reaches no network, starts no program, and opens no file but to read the system's own
//! (Tesseract's data). Landlock and seccomp hold it to that where the kernel has them; [`Reach`] tells by trying.

use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

/// What a process can still reach, found by trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// It can open a socket.
    pub network: bool,
    /// It can read a file of a person.
    pub files: bool,
    /// It can start a program.
    pub programs: bool,
}

impl Reach {
    /// What is refused everywhere.
    pub const NONE: Self = Self { network: false, files: false, programs: false };

    /// Tries all of it from this process.
    pub(super) fn of_this_process() -> Self {
        Self {
            network: TcpListener::bind(("127.0.0.1", 0)).is_ok(),
            // Its own folder is no folder of the system's.
            files: std::fs::read_dir(".").is_ok() || std::fs::read_dir("/etc").is_ok(),
            programs: std::env::current_exe().is_ok_and(|program| {
                let mut command = Command::new(program);
                command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
                command.status().is_ok()
            }),
        }
    }
}

/// Confines this process, which must not have started a thread yet: later ones inherit what holds this one. What
/// the system does not offer is left out.
pub(super) fn confine() {
    #[cfg(unix)]
    close_descriptors();
    #[cfg(target_os = "linux")]
    linux::confine();
}

/// Closes what this process inherited, but standard input, output and errors.
#[cfg(unix)]
fn close_descriptors() {
    // SAFETY: it runs before anything here has opened a file, so that no owner of a descriptor is left behind.
    #[allow(unsafe_code)]
    unsafe {
        close_fds::close_open_fds(3, &[]);
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, Scope,
        path_beneath_rules,
    };
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule,
    };

    /// Where libraries and the data of Tesseract lie, besides `TESSDATA_PREFIX`.
    const READABLE: [&str; 6] = ["/usr", "/lib", "/lib64", "/opt", "/nix/store", "/gnu/store"];

    pub(super) fn confine() {
        // Each holds by itself; a kernel without one of them still has the others. A parent that has ended already
        // is seen by the end of standard input.
        // SAFETY: it takes a number and changes nothing in memory.
        #[allow(unsafe_code)]
        let _ = unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
        let _ = confine_files();
        for filter in [filter(refused(), libc::EPERM), filter(vec![(libc::SYS_clone3, vec![])], libc::ENOSYS)]
        {
            let _ = filter.and_then(|filter| seccompiler::apply_filter(&filter));
        }
    }

    /// Only reading, and only what belongs to the system; no connection, no signal to other processes.
    fn confine_files() -> Result<(), RulesetError> {
        let abi = ABI::V6;
        let own = std::env::var("TESSDATA_PREFIX").ok();
        let readable = READABLE.into_iter().map(str::to_owned).chain(own);
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        Ruleset::default()
            .handle_access(AccessFs::from_all(abi))?
            .handle_access(AccessNet::from_all(abi))?
            .scope(Scope::from_all(abi))?
            .create()?
            .add_rules(path_beneath_rules(readable, read))?
            .restrict_self()?;
        Ok(())
    }

    type Rules = Vec<(libc::c_long, Vec<SeccompRule>)>;

    /// A filter that answers these calls with an error and lets all others pass.
    fn filter(refused: Rules, error: libc::c_int) -> seccompiler::Result<BpfProgram> {
        let machine = std::env::consts::ARCH.try_into()?;
        let rules = refused.into_iter().collect();
        Ok(SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Errno(error as u32), machine)?
            .try_into()?)
    }

    /// Networks, programs, other processes, and ways around these. A new process is refused and a new thread is
    /// not; the answer to `clone3`, whose flags a filter cannot see, sends the C library to `clone`.
    fn refused() -> Rules {
        let no_thread = SeccompCondition::new(
            0,
            SeccompCmpArgLen::Qword,
            SeccompCmpOp::MaskedEq(libc::CLONE_THREAD as u64),
            0,
        );
        let no_thread = no_thread.and_then(|condition| SeccompRule::new(vec![condition]));
        let mut refused: Rules = [
            libc::SYS_socket,
            libc::SYS_socketpair,
            libc::SYS_connect,
            libc::SYS_bind,
            libc::SYS_listen,
            libc::SYS_accept,
            libc::SYS_accept4,
            libc::SYS_io_uring_setup,
            libc::SYS_execve,
            libc::SYS_execveat,
            libc::SYS_ptrace,
            libc::SYS_process_vm_readv,
            libc::SYS_process_vm_writev,
            libc::SYS_kill,
            libc::SYS_pidfd_open,
            libc::SYS_pidfd_getfd,
            libc::SYS_pidfd_send_signal,
            libc::SYS_bpf,
            libc::SYS_perf_event_open,
            libc::SYS_userfaultfd,
            libc::SYS_add_key,
            libc::SYS_keyctl,
            libc::SYS_request_key,
            libc::SYS_mount,
            libc::SYS_unshare,
            libc::SYS_setns,
            libc::SYS_open_by_handle_at,
            #[cfg(target_arch = "x86_64")]
            libc::SYS_fork,
            #[cfg(target_arch = "x86_64")]
            libc::SYS_vfork,
        ]
        .map(|call| (call, vec![]))
        .into();
        refused.extend(no_thread.ok().map(|rule| (libc::SYS_clone, vec![rule])));
        refused
    }
}
