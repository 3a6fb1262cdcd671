// Any bytes as updates: whatever they are, the engine neither crashes nor leaves a replica that its own state does not
// rebuild. Seeds: updates of tests/plugins/yjs/yjs-vectors.json.
#include "merge_updates.hpp"
#include "yjs_crdt.hpp"

#include <cstdlib>

namespace {

using namespace weft;

/// Cuts the input into at most `count` pieces, each behind a byte that tells its length in 256ths of what is left.
std::vector<BytesView> pieces(BytesView input, std::size_t count) {
    std::vector<BytesView> parts;
    while (!input.empty() && parts.size() + 1 < count) {
        const std::size_t size = (input.size() - 1) * input[0] / 256;
        parts.push_back(input.subspan(1, size));
        input = input.subspan(1 + size);
    }
    parts.push_back(input);
    return parts;
}

void expect(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void show(const Replica& replica) {
    for (const RootInfo& root : replica.roots()) {
        expect(replica.json(root.name).ok());
        expect(replica.text(root.name, 1, 3).ok());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const yjs::YjsCrdt crdt({true});
    const std::vector<BytesView> updates = pieces({data, size}, 4);
    const auto replica = crdt.create_replica({1, 64u << 20, 1u << 20});
    const auto follower = crdt.create_replica({2, 0, 0});
    std::vector<BytesView> accepted;
    for (const BytesView update : updates) {
        Applied applied;
        replica->apply({&update, 1}, {&applied, 1});
        expect((applied.code == Code::ok) == crdt.check(update).ok() ||
               applied.code == Code::limit);
        if (applied.code == Code::ok) {
            accepted.push_back(update);
        }
        if (!applied.effective.empty()) {
            Applied followed;
            follower->apply({&applied.effective, 1}, {&followed, 1});
            expect(followed.code == Code::ok && !followed.parked);
        }
    }
    expect(replica->digest() == follower->digest());
    show(*replica);

    Bytes state;
    expect(replica->diff({}, state).ok());
    const auto rebuilt = crdt.create_replica({3, 0, 0});
    const BytesView view = state;
    expect(rebuilt->load({&view, 1}).ok());
    expect(rebuilt->digest() == replica->digest());

    Bytes merged;
    expect(crdt.merge(accepted, merged).ok());
    expect(crdt.check(merged).ok());
    return 0;
}
