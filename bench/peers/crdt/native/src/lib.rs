//! What the peers in Rust share: their command line, the prepared trace, the clock and the line of JSON that each prints.
//!
//! `<program> ROW FOLDER [BUDGET_MS]`: FOLDER was made by bench/crdt/prepare.mjs. Reading files is never timed.
use serde::Deserialize;
use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Bytes that the program has asked for and not given back. One thread only: no read-modify-write is needed.
pub struct CountingAllocator;

static LIVE: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.store(LIVE.load(Relaxed).wrapping_add(layout.size()), Relaxed);
        System.alloc(layout)
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.store(LIVE.load(Relaxed).wrapping_sub(layout.size()), Relaxed);
        System.dealloc(pointer, layout)
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.store(LIVE.load(Relaxed).wrapping_add(size).wrapping_sub(layout.size()), Relaxed);
        System.realloc(pointer, layout, size)
    }
}

pub fn live_bytes() -> usize {
    LIVE.load(Relaxed)
}

/// What of the process stands in memory, in pages of 4 KiB.
pub fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("/proc/self/statm");
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).expect("resident pages") * 4096
}

/// `position`, units deleted there, text inserted there.
#[derive(Deserialize)]
pub struct Patch(pub usize, pub usize, pub String);

#[derive(Deserialize)]
pub struct Transaction {
    #[serde(default)]
    pub agent: usize,
    /// Earlier transactions that this one follows; none in a sequential trace, where each follows the one before.
    #[serde(default)]
    pub parents: Vec<usize>,
    pub patches: Vec<Patch>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    pub concurrent: bool,
    pub clients: Vec<u64>,
    pub end_content: String,
    pub txns: Vec<Transaction>,
}

pub struct Work {
    pub row: String,
    pub count: usize,
    pub trace: Trace,
    folder: String,
    budget: Duration,
}

impl Work {
    /// ROW may carry a number: `merge:10000`.
    pub fn from_arguments() -> Work {
        let arguments: Vec<String> = std::env::args().collect();
        if arguments.len() < 3 {
            panic!("usage: {} ROW FOLDER [BUDGET_MS]", arguments[0]);
        }
        let (row, count) = arguments[1].split_once(':').unwrap_or((&arguments[1], "0"));
        let budget = arguments.get(3).map_or(1000, |ms| ms.parse().expect("BUDGET_MS is a number"));
        let edits = std::fs::read(Path::new(&arguments[2]).join("edits.json")).expect("edits.json");
        Work {
            row: row.to_string(),
            count: count.parse().expect("the number behind the row"),
            trace: serde_json::from_slice(&edits).expect("edits.json is a trace"),
            folder: arguments[2].clone(),
            budget: Duration::from_millis(budget),
        }
    }

    pub fn state(&self) -> Vec<u8> {
        std::fs::read(Path::new(&self.folder).join("state.bin")).expect("state.bin")
    }

    /// One update message a transaction: each a little-endian 32-bit length and the bytes.
    pub fn messages(&self) -> Vec<Vec<u8>> {
        let bytes = std::fs::read(Path::new(&self.folder).join("messages.bin")).expect("messages.bin");
        let mut messages = Vec::with_capacity(self.trace.txns.len());
        let mut rest = &bytes[..];
        while rest.len() >= 4 {
            let length = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
            messages.push(rest[4..4 + length].to_vec());
            rest = &rest[4 + length..];
        }
        messages
    }

    /// The text that came out is the text of the trace, or nothing was measured.
    pub fn verify(&self, text: &str) {
        assert!(text == self.trace.end_content, "{}: the text is not the trace's", self.row);
    }

    /// Repeats the work while the budget lasts, at most 20 times, and prints all times. `once` times its own middle and
    /// verifies behind it. The first of several runs warms up and does not count.
    pub fn repeat(&self, mut once: impl FnMut() -> Duration) {
        let begin = Instant::now();
        let mut times = vec![once()];
        while begin.elapsed() < self.budget && times.len() < 20 {
            times.push(once());
        }
        let from = usize::from(times.len() > 1);
        let ms: Vec<f64> = times[from..].iter().map(|time| time.as_secs_f64() * 1e3).collect();
        println!("{{\"first_ms\":{:?},\"ms\":{ms:?}}}", times[0].as_secs_f64() * 1e3);
    }

    pub fn report_bytes(&self, name: &str, bytes: usize) {
        println!("{{\"{name}\":{bytes}}}");
    }

    pub fn unsupported(&self) -> ! {
        println!("{{\"unsupported\":true}}");
        std::process::exit(0)
    }
}

pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let result = work();
    (result, begin.elapsed())
}
