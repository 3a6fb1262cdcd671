#include "rows.hpp"

#include "authors.hpp"
#include "local_replay.hpp"
#include "memory_in_use.hpp"

#include <algorithm>
#include <stdexcept>

namespace weft::bench {
namespace {

void verify(const Replica& replica, const Trace& trace) {
    if (text_of(replica) != trace.end_content) {
        throw std::runtime_error("the text is not the trace's");
    }
}

Milliseconds local(const Crdt& crdt, const Trace& trace) {
    LocalReplay replay(crdt, trace);
    const Milliseconds time = replay.play();
    verify(replay.replica(), trace);
    return time;
}

Milliseconds transaction(const Crdt& crdt, const Trace& trace) {
    LocalReplay replay(crdt, trace);
    const Milliseconds time = replay.play_as_one();
    verify(replay.replica(), trace);
    return time;
}

Milliseconds apply(const Crdt& crdt, const Trace& trace, std::span<const BytesView> messages) {
    const std::unique_ptr<Replica> replica = new_replica(crdt, 0);
    const Milliseconds time = timed([&] {
        Applied applied;
        for (const BytesView message : messages) {
            apply_one(*replica, message, applied);
        }
    });
    verify(*replica, trace);
    return time;
}

Milliseconds load(const Crdt& crdt, const Trace& trace, BytesView state) {
    std::unique_ptr<Replica> replica;
    std::string text;
    const Milliseconds time = timed([&] {
        replica = loaded(crdt, state);
        text = text_of(*replica);
    });
    if (text != trace.end_content) {
        throw std::runtime_error("the text is not the trace's");
    }
    return time;
}

void encode(const Crdt& crdt, const Task& task) {
    const Bytes state = read_state(task.folder);
    const std::unique_ptr<Replica> replica = loaded(crdt, state);
    Bytes encoded;
    repeat(task.budget, [&] {
        encoded = Bytes();
        return timed([&] { (void)replica->diff({}, encoded); });
    });
    if (!equal_bytes(encoded, state)) {
        throw std::runtime_error("the state is not byte for byte that of Yjs");
    }
    report("encoded_bytes", encoded.size());
}

void merge(const Crdt& crdt, const Trace& trace, const Task& task) {
    const Messages messages = read_messages(task.folder);
    std::vector<BytesView> views = messages.views();
    const bool all = task.count >= views.size();
    views.resize(std::min(task.count, views.size()));
    repeat(task.budget, [&] {
        Bytes merged;
        const Milliseconds time = timed([&] { (void)crdt.merge(views, merged); });
        const std::unique_ptr<Replica> replica = loaded(crdt, merged);
        if (all) {
            verify(*replica, trace);
        }
        return time;
    });
}

/// Beside what the engine says of itself stands what malloc says of the process.
void memory(const Crdt& crdt, const Trace& trace, const Task& task) {
    const Bytes state = read_state(task.folder);
    const std::uint64_t resident_before = resident_bytes();
    const std::uint64_t before = allocated_bytes();
    const std::unique_ptr<Replica> replica = loaded(crdt, state);
    report("live_bytes", allocated_bytes() - before);
    report("rss_bytes", resident_bytes() - resident_before);
    report("accounted_bytes", replica->memory_bytes());
    verify(*replica, trace);
}

}  // namespace

void run_row(const Crdt& crdt, const Task& task) {
    const Trace trace = read_trace(task.folder);
    if (task.row == "local" || task.row == "local-updates") {
        repeat(task.budget, [&] { return local(crdt, trace); });
    } else if (task.row == "transaction") {
        repeat(task.budget, [&] { return transaction(crdt, trace); });
    } else if (task.row == "apply") {
        const Messages messages = read_messages(task.folder);
        const std::vector<BytesView> views = messages.views();
        repeat(task.budget, [&] { return apply(crdt, trace, views); });
    } else if (task.row == "load") {
        const Bytes state = read_state(task.folder);
        repeat(task.budget, [&] { return load(crdt, trace, state); });
    } else if (task.row == "encode") {
        encode(crdt, task);
    } else if (task.row == "merge") {
        merge(crdt, trace, task);
    } else if (task.row == "memory") {
        memory(crdt, trace, task);
    } else {
        throw std::runtime_error("there is no row " + task.row);
    }
}

}  // namespace weft::bench
