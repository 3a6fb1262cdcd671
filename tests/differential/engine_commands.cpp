#include "engine_commands.hpp"

#include "yjs_crdt.hpp"

namespace weft::yjs {
namespace {

Result<void> merge(const Crdt& crdt, Reader& request, Bytes& answer) {
    std::vector<BytesView> updates;
    for (std::uint64_t count = request.varuint(); request.ok() && updates.size() < count;) {
        updates.push_back(request.varbytes());
    }
    return crdt.merge(updates, answer);
}

}  // namespace

bool Commands::run(BytesView request, Bytes& answers) {
    Reader reader(request);
    Writer writer(answers);
    Bytes answer;
    while (!reader.at_end()) {
        const auto ask = static_cast<Ask>(reader.u8());
        if (ask != Ask::create && !replica_) {
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
    case Ask::create: {
        crdt_ = std::make_unique<YjsCrdt>(YjsOptions{request.u8() != 0});
        ReplicaOptions options;
        options.actor = request.varuint();
        replica_ = crdt_->create_replica(options);
        return {};
    }
    case Ask::apply: return apply(request.varbytes(), answer);
    case Ask::state: {
        const auto parked = static_cast<ParkedParts>(request.u8());
        return replica_->diff(request.varbytes(), parked, answer);
    }
    case Ask::state_vector: replica_->state_vector(answer); return {};
    case Ask::shown: return show(answer);
    case Ask::digest: {
        const Digest digest = replica_->digest();
        Writer(answer).bytes(digest);
        return {};
    }
    case Ask::edit: return edit(request, answer);
    case Ask::merge: return merge(*crdt_, request, answer);
    case Ask::check: return crdt_->check(request.varbytes());
    }
    request.fail();
    return {};
}

Result<void> Commands::apply(BytesView update, Bytes& answer) {
    Applied applied;
    replica_->apply({&update, 1}, {&applied, 1});
    if (applied.code != Code::ok) {
        return Error{applied.code, applied.message, 0};
    }
    Writer writer(answer);
    writer.u8(applied.parked ? 1 : 0);
    writer.varbytes(applied.effective);
    return {};
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

Result<void> Commands::show(Bytes& answer) const {
    Writer writer(answer);
    for (const RootInfo& root : replica_->roots()) {
        const Result<std::string> json = replica_->json(root.name);
        if (!json) {
            return json.error();
        }
        writer.varstring(root.name);
        writer.varstring(root.kind);
        writer.varstring(*json);
    }
    return {};
}

}  // namespace weft::yjs
