//! diamond-types: a text CRDT with a format of its own, so its messages and states are its own too, made before the clock
//! starts. Positions are Unicode code points.
use diamond_types::list::encoding::{EncodeOptions, ENCODE_FULL, ENCODE_PATCH};
use diamond_types::list::{Branch, ListCRDT, OpLog};
use std::time::Duration;
use weft_crdt_peers::{live_bytes, timed, CountingAllocator, Patch, Trace, Work};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn edit(document: &mut ListCRDT, agent: u32, patch: &Patch) {
    if patch.1 > 0 {
        document.delete_without_content(agent, patch.0..patch.0 + patch.1);
    }
    if !patch.2.is_empty() {
        document.insert(agent, patch.0, &patch.2);
    }
}

fn replay(trace: &Trace, mut after_each: impl FnMut(&ListCRDT)) -> ListCRDT {
    let mut document = ListCRDT::new();
    let agent = document.get_or_create_agent_id("author");
    for txn in &trace.txns {
        txn.patches.iter().for_each(|patch| edit(&mut document, agent, patch));
        after_each(&document);
    }
    document
}

/// The history of a concurrent trace; `after_each` hears the log and the version that the transaction followed.
fn replay_graph(trace: &Trace, mut after_each: impl FnMut(&OpLog, &[usize])) -> OpLog {
    let mut log = OpLog::new();
    let agents: Vec<u32> = trace.clients.iter().map(|client| log.get_or_create_agent_id(&client.to_string())).collect();
    let mut ends: Vec<usize> = Vec::with_capacity(trace.txns.len());
    for txn in &trace.txns {
        let mut version: Vec<usize> = txn.parents.iter().map(|&parent| ends[parent]).collect();
        version.sort_unstable();
        let before = log.local_version();
        for patch in &txn.patches {
            if patch.1 > 0 {
                version = vec![log.add_delete_at(agents[txn.agent], &version, patch.0..patch.0 + patch.1)];
            }
            if !patch.2.is_empty() {
                version = vec![log.add_insert_at(agents[txn.agent], &version, patch.0, &patch.2)];
            }
        }
        ends.push(*version.last().expect("a transaction edits or follows one"));
        after_each(&log, &before);
    }
    log
}

fn history(trace: &Trace) -> OpLog {
    if trace.concurrent {
        replay_graph(trace, |_, _| {})
    } else {
        replay(trace, |_| {}).oplog
    }
}

fn messages(trace: &Trace) -> Vec<Vec<u8>> {
    let mut messages = Vec::with_capacity(trace.txns.len());
    if trace.concurrent {
        replay_graph(trace, |log, before| messages.push(log.encode_from(ENCODE_PATCH, before)));
    } else {
        let mut sent: Vec<usize> = Vec::new();
        replay(trace, |document| {
            messages.push(document.oplog.encode_from(ENCODE_PATCH, &sent));
            sent = document.oplog.local_version_ref().to_vec();
        });
    }
    messages
}

fn verify(work: &Work, branch: &Branch) {
    work.verify(&branch.content().to_string());
}

fn local(work: &Work) -> Duration {
    let (document, time) = timed(|| replay(&work.trace, |_| {}));
    verify(work, &document.branch);
    time
}

fn local_updates(work: &Work) -> Duration {
    let mut bytes = 0;
    let mut sent: Vec<usize> = Vec::new();
    let (document, time) = timed(|| {
        replay(&work.trace, |document| {
            bytes += document.oplog.encode_from(ENCODE_PATCH, &sent).len();
            sent.clear();
            sent.extend_from_slice(document.oplog.local_version_ref());
        })
    });
    assert!(bytes > 0);
    verify(work, &document.branch);
    time
}

fn apply_each(work: &Work, messages: &[Vec<u8>]) -> Duration {
    let mut document = ListCRDT::new();
    let ((), time) = timed(|| {
        for message in messages {
            document.merge_data_and_ff(message).expect("merged");
        }
    });
    verify(work, &document.branch);
    time
}

fn state(work: &Work) -> Vec<u8> {
    history(&work.trace).encode(EncodeOptions { store_deleted_content: false, ..ENCODE_FULL })
}

fn load(work: &Work, state: &[u8]) -> Duration {
    let (loaded, time) = timed(|| {
        let document = ListCRDT::load_from(state).expect("loaded");
        let content = document.branch.content().to_string();
        (content, document)
    });
    work.verify(&loaded.0);
    time
}

fn memory(work: &Work) {
    let state = state(work);
    let before = live_bytes();
    let document = ListCRDT::load_from(&state).expect("loaded");
    work.report_bytes("live_bytes", live_bytes() - before);
    verify(work, &document.branch);
}

fn encode(work: &Work) {
    let log = history(&work.trace);
    let mut length = 0;
    work.repeat(|| {
        let (bytes, time) = timed(|| log.encode(EncodeOptions { store_deleted_content: false, ..ENCODE_FULL }));
        length = bytes.len();
        time
    });
    work.report_bytes("encoded_bytes", length);
}

fn main() {
    let work = Work::from_arguments();
    match work.row.as_str() {
        "local" => work.repeat(|| local(&work)),
        "local-updates" => work.repeat(|| local_updates(&work)),
        "apply" => {
            let messages = messages(&work.trace);
            work.repeat(|| apply_each(&work, &messages));
        }
        "load" => {
            let state = state(&work);
            work.repeat(|| load(&work, &state));
        }
        "encode" => encode(&work),
        "memory" => memory(&work),
        _ => work.unsupported(),
    }
}
