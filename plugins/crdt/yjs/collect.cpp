// The extension "gc": a document is written out and loaded afresh, so that what was deleted is forgotten, what can be joined is
// joined, and its memory is as small as that of a document that was never larger.
#include "state_encoder.hpp"
#include "yjs_crdt.hpp"
#include "yjs_replica.hpp"

namespace weft::yjs {
namespace {

Result<std::unique_ptr<Document>> loaded(const DocumentOptions& options, BytesView state) {
    auto document = std::make_unique<Document>(options);
    const Result<void> done = document->load({&state, 1});
    if (!done) {
        return done.error();
    }
    return document;
}

/// Gives `to` the parked parts of `from`, whose other parts it has.
Result<void> park_again(const Document& from, Document& to) {
    Bytes known;
    from.state_vector(known);
    Bytes parked;
    Result<void> written = from.diff(known, Document::Parked::included, parked);
    if (!written) {
        return written;
    }
    Applied applied;
    Bytes effective;
    to.apply(parked, applied, effective);
    if (applied.code != Code::ok || applied.parked_dropped) {
        return Error{Code::limit, "parked parts would be lost", 0};
    }
    return {};
}

Result<std::unique_ptr<Document>> collected(const Document& old) {
    Bytes state;
    const Result<void> written = old.diff({}, Document::Parked::left_out, state);
    if (!written) {
        return written.error();
    }
    DocumentOptions options = old.options();
    options.collect_garbage = true;
    auto fresh = loaded(options, state);
    if (fresh && !old.options().collect_garbage) {
        state.clear();
        encode_diff((*fresh)->store(), {}, state);
        fresh = loaded(old.options(), state);
    }
    if (fresh && old.parked_bytes() > 0) {
        const Result<void> parked = park_again(old, **fresh);
        if (!parked) {
            return parked.error();
        }
    }
    return fresh;
}

}  // namespace

Result<std::uint64_t> YjsCrdt::collect(Replica& replica) const {
    auto& own = static_cast<YjsReplica&>(replica);
    auto fresh = collected(own.document());
    if (!fresh) {
        return fresh.error();
    }
    const std::uint64_t before = own.document().memory_bytes();
    const std::uint64_t after = (*fresh)->memory_bytes();
    if (after >= before) {
        return std::uint64_t{0};
    }
    own.replace(*std::move(fresh));
    return before - after;
}

}  // namespace weft::yjs
