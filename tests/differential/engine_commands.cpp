#include "engine_commands.hpp"

#include "text_delta.hpp"
#include "text_view.hpp"
#include "yjs_crdt.hpp"
#include "yjs_replica.hpp"

namespace weft::yjs {
namespace {

Result<void> apply_one(Replica& replica, BytesView update, Applied& applied) {
    replica.apply({&update, 1}, {&applied, 1});
    if (applied.code != Code::ok) {
        return Error{applied.code, std::string(applied.message), 0};
    }
    return {};
}

const StructStore& store_of(const Replica& replica) {
    return static_cast<const YjsReplica&>(replica).document().store();
}

/// What `json` shows of a root, and of a text its pieces with their attributes.
Result<void> show(const Replica& replica, Bytes& answer) {
    const StructStore& store = store_of(replica);
    Writer writer(answer);
    for (const RootInfo& root : replica.roots()) {
        const Result<std::string> json = replica.json(root.name);
        if (!json) {
            return json.error();
        }
        std::string delta;
        if (root.kind == name_of(Kind::text)) {
            append_delta(store, store.types[store.find_root(root.name)], delta);
        }
        writer.varstring(root.name);
        writer.varstring(root.kind);
        writer.varstring(*json);
        writer.varstring(delta);
    }
    return {};
}

}  // namespace

bool Commands::run(BytesView request, Bytes& answers) {
    Reader reader(request);
    Writer writer(answers);
    Bytes answer;
    while (!reader.at_end()) {
        const auto ask = static_cast<Ask>(reader.u8());
        if (ask > Ask::create && ask < Ask::merge && !replica_) {
            return false;
        }
        answer.clear();
        const Result<void> done = run_one(ask, reader, answer);
        if (!reader.ok()) {
            return false;
        }
        writer.varuint(static_cast<std::uint64_t>(done ? Code::ok : done.error().code));
        writer.varbytes(done ? BytesView(answer) : as_bytes(done.error().message));
    }
    return true;
}

Result<void> Commands::run_one(Ask ask, Reader& request, Bytes& answer) {
    switch (ask) {
    case Ask::create: return create(request);
    case Ask::apply: return apply(request, answer);
    case Ask::state: return state(request, answer);
    case Ask::state_vector: replica_->state_vector(answer); return {};
    case Ask::shown: return show(*replica_, answer);
    case Ask::follower: return compare_follower();
    case Ask::reload: return reload(answer);
    case Ask::edit: return edit(request, answer);
    default:
        return ask < Ask::merge ? run_on_store(ask, store_of(*replica_), request, answer)
                                : run_on_bytes(ask, request, answer);
    }
}

Result<void> Commands::create(Reader& request) {
    crdt_ = std::make_unique<YjsCrdt>(YjsOptions{request.u8() != 0});
    ReplicaOptions options;
    options.actor = request.varuint();
    replica_ = crdt_->create_replica(options);
    follower_ = crdt_->create_replica({});
    return {};
}

Result<void> Commands::apply(Reader& request, Bytes& answer) {
    const auto format = static_cast<UpdateFormat>(request.u8());
    BytesView update = request.varbytes();
    Bytes unfolded;
    if (format == UpdateFormat::v2) {
        Result<void> done = transcode_v2_to_v1(update, unfolded);
        if (!done) {
            return done;
        }
        update = unfolded;
    }
    Applied applied;
    Result<void> done = apply_one(*replica_, update, applied);
    if (done && !applied.effective.empty()) {
        Applied of_follower;
        done = apply_one(*follower_, applied.effective, of_follower);
        if (done && of_follower.parked) {
            done = Error{Code::missing, "what was new to the replica is parked at its follower", 0};
        }
        answer = to_bytes(applied.effective);
    }
    return done;
}

Result<void> Commands::state(Reader& request, Bytes& answer) const {
    const auto format = static_cast<UpdateFormat>(request.u8());
    const auto parked = static_cast<ParkedParts>(request.u8());
    const BytesView state_vector = request.varbytes();
    if (format == UpdateFormat::v1) {
        return replica_->diff(state_vector, parked, answer);
    }
    Bytes v1;
    Result<void> done = replica_->diff(state_vector, parked, v1);
    return done ? transcode_v1_to_v2(v1, answer) : done;
}

/// Not the bytes: which neighbours of collected items merge depends on what came together.
Result<void> Commands::compare_follower() const {
    Bytes ours;
    Bytes theirs;
    Result<void> done = show(*replica_, ours);
    if (done) {
        done = show(*follower_, theirs);
    }
    if (done && (replica_->digest() != follower_->digest() || ours != theirs)) {
        done = Error{Code::internal, "the follower differs", 0};
    }
    return done;
}

Result<void> Commands::reload(Bytes& answer) const {
    Bytes state;
    Result<void> done = replica_->state(ParkedParts::left_out, state);
    const auto loaded = crdt_->create_replica({});
    const BytesView view = state;
    if (done) {
        done = loaded->load({&view, 1});
    }
    return done ? loaded->diff({}, answer) : done;
}

Result<void> Commands::edit(Reader& request, Bytes& answer) {
    Edit edit;
    edit.kind = static_cast<EditKind>(request.u8());
    edit.root = request.varstring();
    for (std::uint64_t steps = request.varuint(); request.ok() && edit.path.size() < steps;) {
        PathStep& step = edit.path.emplace_back();
        step.by_key = request.u8() != 0;
        step.index = request.varuint();
        step.key = request.varstring();
    }
    edit.position = request.varuint();
    edit.length = request.varuint();
    edit.key = request.varstring();
    edit.text = request.varstring();
    edit.value = request.varstring();
    edit.attributes = request.varstring();
    edit.type = request.varstring();
    return replica_->edit({&edit, 1}, answer);
}

}  // namespace weft::yjs
