// What the engine makes of earlier states, for versions.mjs: one request on standard input, its answer on standard output.
//
//   request = u8 Ask, its arguments
//   answer  = varuint code (weft::Code), then varbytes for each part of the answer, or for the error's message
#include "history.hpp"
#include "relative_position.hpp"
#include "yjs_crdt.hpp"
#include "yjs_replica.hpp"

#include <cstdio>

namespace weft::yjs {
namespace {

enum class Ask : std::uint8_t {
    restore = 0,    // actor:varuint state:varbytes earlier:varbytes → update, the state after it
    check_out = 1,  // state:varbytes format:u8 snapshot:varbytes    → the state at the snapshot
    position_at = 2,  // state:varbytes root index:varuint assoc:varint → relative position
    index_of = 3,     // state:varbytes relative position:varbytes     → index in decimal
    diff_view = 4,    // before:varbytes after:varbytes                → JSON
};

using Parts = std::vector<Bytes>;

const YjsCrdt& keeping_crdt() {
    static const YjsCrdt crdt({false});
    return crdt;
}

Result<std::unique_ptr<Replica>> replica_of(const YjsCrdt& crdt, BytesView state,
                                            std::uint64_t actor = 0) {
    ReplicaOptions options;
    options.actor = actor;
    auto replica = crdt.create_replica(options);
    const Result<void> loaded = replica->load({&state, 1});
    if (!loaded) {
        return loaded.error();
    }
    return replica;
}

Result<void> restore(Reader& request, Parts& parts) {
    const std::uint64_t actor = request.varuint();
    const BytesView state = request.varbytes();
    const YjsCrdt crdt({true});
    const auto replica = replica_of(crdt, state, actor);
    if (!replica) {
        return replica.error();
    }
    parts.resize(2);
    const Result<void> restored =
        crdt.extensions().restore->restore(**replica, request.varbytes(), parts[0]);
    return restored ? (*replica)->diff({}, parts[1]) : restored;
}

Result<void> check_out_state(Reader& request, Parts& parts) {
    const auto document = open_state(request.varbytes());
    const auto format = request.u8() == 1 ? UpdateFormat::v1 : UpdateFormat::v2;
    const Result<Snapshot> snapshot = decode_snapshot(request.varbytes(), format);
    if (!document || !snapshot) {
        return document ? snapshot.error() : document.error();
    }
    return check_out((*document)->store(), *snapshot, parts.emplace_back());
}

Result<void> position_at(Reader& request, Parts& parts) {
    const auto document = open_state(request.varbytes());
    if (!document) {
        return document.error();
    }
    const StructStore& store = (*document)->store();
    const Handle type = store.find_root(request.varstring());
    if (type == none) {
        return Error{Code::not_found, "no such root", 0};
    }
    const std::uint64_t index = request.varuint();
    const std::int64_t assoc = request.u8() == 0 ? -1 : 0;
    encode_relative_position(relative_position(store, type, index, assoc), parts.emplace_back());
    return {};
}

Result<void> index_of(Reader& request, Parts& parts) {
    const auto document = open_state(request.varbytes());
    const auto position = decode_relative_position(request.varbytes());
    if (!document || !position) {
        return document ? position.error() : document.error();
    }
    const auto found = absolute_position((*document)->store(), *position);
    if (!found) {
        return found.error();
    }
    parts.push_back(to_bytes(as_bytes(std::to_string(found->index))));
    return {};
}

Result<void> diff_view(Reader& request, Parts& parts) {
    const BytesView before = request.varbytes();
    const auto json = keeping_crdt().extensions().diff_view->diff_view(before, request.varbytes());
    if (!json) {
        return json.error();
    }
    parts.push_back(to_bytes(as_bytes(*json)));
    return {};
}

Result<void> run(Reader& request, Parts& parts) {
    switch (static_cast<Ask>(request.u8())) {
    case Ask::restore: return restore(request, parts);
    case Ask::check_out: return check_out_state(request, parts);
    case Ask::position_at: return position_at(request, parts);
    case Ask::index_of: return index_of(request, parts);
    case Ask::diff_view: return diff_view(request, parts);
    }
    return Error{Code::invalid, "no such command", 0};
}

Bytes answer_to(BytesView bytes) {
    Reader request(bytes);
    Parts parts;
    const Result<void> done = run(request, parts);
    Bytes answer;
    Writer writer(answer);
    writer.varuint(static_cast<std::uint64_t>(done ? Code::ok : done.error().code));
    if (!done) {
        writer.varstring(done.error().message);
    } else {
        for (const Bytes& part : parts) {
            writer.varbytes(part);
        }
    }
    return answer;
}

}  // namespace
}  // namespace weft::yjs

int main() {
    weft::Bytes request;
    std::uint8_t chunk[65536];
    for (std::size_t read = 0; (read = std::fread(chunk, 1, sizeof(chunk), stdin)) > 0;) {
        request.insert(request.end(), chunk, chunk + read);
    }
    const weft::Bytes answer = weft::yjs::answer_to(request);
    return std::fwrite(answer.data(), 1, answer.size(), stdout) == answer.size() ? 0 : 1;
}
