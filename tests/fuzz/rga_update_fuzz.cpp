// Updates of the algorithm `rga`, any bytes: what is refused changes nothing, and what is taken can be given on.
#include "fuzz_input.hpp"

#include "rga_crdt.hpp"

#include <memory>

namespace {

using namespace weft;
using fuzz::expect;

Bytes state_of(const Replica& replica) {
    Bytes state;
    expect(replica.state(ParkedParts::left_out, state).ok());
    return state;
}

Applied apply(Replica& replica, BytesView update) {
    Applied applied;
    replica.apply({&update, 1}, {&applied, 1});
    return applied;
}

void expect_can_be_loaded(const rga::RgaCrdt& crdt, const Replica& replica) {
    const Bytes state = state_of(replica);
    const BytesView view = state;
    const auto loaded = crdt.create_replica({});
    expect(loaded->load({&view, 1}).ok());
    expect(loaded->digest() == replica.digest());
    expect(state_of(*loaded) == state);
    for (const RootInfo& root : replica.roots()) {
        expect(*loaded->text(root.name, 0, all_units) == *replica.text(root.name, 0, all_units));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const rga::RgaCrdt crdt;
    const auto replica = crdt.create_replica({1, 1 << 20, 1 << 16});
    const auto follower = crdt.create_replica({});
    std::vector<BytesView> whole;
    for (const BytesView update : fuzz::pieces({data, size}, 8)) {
        const Digest before = replica->digest();
        const Applied applied = apply(*replica, update);
        if (applied.code != Code::ok) {
            expect(replica->digest() == before && applied.effective.empty());
        } else if (!applied.effective.empty()) {
            expect(!apply(*follower, applied.effective).parked);
        }
        expect(follower->digest() == replica->digest());
        if (crdt.check(update)) {
            whole.push_back(update);
        }
    }
    expect_can_be_loaded(crdt, *replica);
    Bytes merged;
    expect(crdt.merge(whole, merged).ok() && crdt.check(merged).ok());

    const Edit edits[] = {Edit::insert_text("t", 0, "x"), Edit::delete_text("t", 0, 1)};
    Bytes update;
    if (replica->edit(edits, update)) {
        expect_can_be_loaded(crdt, *replica);
    }
    return 0;
}
