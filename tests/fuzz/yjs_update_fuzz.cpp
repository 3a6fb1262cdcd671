// Any bytes as updates: whatever they are, the engine neither crashes nor leaves a replica that its own state does not
// rebuild.
#include "fuzz_input.hpp"
#include "merge_updates.hpp"
#include "yjs_crdt.hpp"

namespace {

using namespace weft;
using fuzz::expect;

void show(const Replica& replica) {
    for (const RootInfo& root : replica.roots()) {
        expect(replica.json(root.name).ok());
        expect(replica.text(root.name, 1, 3).ok());
    }
}

/// Each update has the same check and apply, and what was effective leads a follower to the same place.
std::vector<BytesView> apply_all(const yjs::YjsCrdt& crdt, std::span<const BytesView> updates,
                                 Replica& replica) {
    const auto follower = crdt.create_replica({2, 0, 0});
    std::vector<BytesView> accepted;
    for (const BytesView update : updates) {
        Applied applied;
        replica.apply({&update, 1}, {&applied, 1});
        expect((applied.code == Code::ok) == crdt.check(update).ok() ||
               applied.code == Code::limit);
        if (applied.code == Code::ok) {
            accepted.push_back(update);
        }
        if (!applied.effective.empty()) {
            const Bytes effective = to_bytes(applied.effective);
            const BytesView view = effective;
            Applied followed;
            follower->apply({&view, 1}, {&followed, 1});
            expect(followed.code == Code::ok && !followed.parked);
        }
    }
    expect(replica.digest() == follower->digest());
    return accepted;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const yjs::YjsCrdt crdt({true});
    const std::vector<BytesView> updates = fuzz::pieces({data, size}, 4);
    const auto replica = crdt.create_replica({1, 64u << 20, 1u << 20});
    const std::vector<BytesView> accepted = apply_all(crdt, updates, *replica);
    show(*replica);

    Bytes state;
    expect(replica->state(ParkedParts::left_out, state).ok());
    const auto rebuilt = crdt.create_replica({3, 0, 0});
    const BytesView view = state;
    expect(rebuilt->load({&view, 1}).ok());
    expect(rebuilt->digest() == replica->digest());

    Bytes merged;
    expect(crdt.merge(accepted, merged).ok());
    expect(crdt.check(merged).ok());
    return 0;
}
