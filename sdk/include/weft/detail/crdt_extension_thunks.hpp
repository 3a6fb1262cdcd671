// The tables of weft/abi/crdt_extensions.h over a weft::Crdt.
#pragma once

#include <weft/abi/crdt_extensions.h>
#include <weft/crdt_extensions.hpp>
#include <weft/detail/crdt_calls.hpp>

namespace weft::detail {

/// `Thunks` gives the author's object as `crdt(self)`. A table is only given out when the extension is there.
template <class Thunks>
struct CrdtExtensionThunks {
    static CrdtExtensions of(void* self) { return Thunks::crdt(self).extensions(); }

    static weft_code restore(void* self, weft_replica* replica, weft_bytes state, weft_sink* out,
                             weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            return of(self).restore->restore(author_of(replica), from_c(state), bytes);
        });
    }

    static weft_code diff_view(void* self, weft_bytes before, weft_bytes after, weft_sink* json,
                               weft_error* error) noexcept {
        return guarded_text(json, error, [&] {
            return of(self).diff_view->diff_view(from_c(before), from_c(after));
        });
    }

    static weft_code collect(void* self, weft_replica* replica, std::uint64_t* freed,
                             weft_error* error) noexcept {
        return guarded_call(error, [&]() -> Result<void> {
            const Result<std::uint64_t> bytes = of(self).gc->collect(author_of(replica));
            if (!bytes) {
                return bytes.error();
            }
            *freed = *bytes;
            return {};
        });
    }

    static weft_code anchor(void* self, const weft_replica* replica, weft_str root,
                            std::uint64_t position, std::uint32_t side, weft_sink* out,
                            weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            const auto held = side == WEFT_ANCHOR_BEFORE ? AnchorSide::before : AnchorSide::after;
            return of(self).anchor->anchor(author_of(replica), from_c(root), position, held, bytes);
        });
    }

    static weft_code position(void* self, const weft_replica* replica, weft_bytes anchor,
                              weft_sink* root, std::uint64_t* position,
                              weft_error* error) noexcept {
        return guarded_text(root, error, [&]() -> Result<std::string> {
            auto place = of(self).anchor->position(author_of(replica), from_c(anchor));
            if (!place) {
                return place.error();
            }
            *position = place->position;
            return std::move(place->root);
        });
    }

    static weft_code stats(void* self, const weft_replica* replica, weft_crdt_statistics* out,
                           weft_error* error) noexcept {
        return guarded_call(error, [&]() -> Result<void> {
            const auto told = of(self).stats->stats(author_of(replica));
            if (!told) {
                return told.error();
            }
            const std::uint32_t size = out->size;
            *out = {size,
                    0,
                    told->actors,
                    told->items,
                    told->tombstones,
                    told->units,
                    told->parked_bytes,
                    told->memory_bytes};
            return {};
        });
    }

    static constexpr weft_crdt_restore restore_calls{sizeof(weft_crdt_restore), 0, &restore};
    static constexpr weft_crdt_diff_view diff_view_calls{sizeof(weft_crdt_diff_view), 0,
                                                         &diff_view};
    static constexpr weft_crdt_gc gc_calls{sizeof(weft_crdt_gc), 0, &collect};
    static constexpr weft_crdt_anchor anchor_calls{sizeof(weft_crdt_anchor), 0, &anchor, &position};
    static constexpr weft_crdt_stats stats_calls{sizeof(weft_crdt_stats), 0, &stats};

    static const void* table(void* self, std::string_view id) {
        const CrdtExtensions there = of(self);
        if (id == WEFT_CRDT_RESTORE && there.restore != nullptr) {
            return &restore_calls;
        }
        if (id == WEFT_CRDT_DIFF_VIEW && there.diff_view != nullptr) {
            return &diff_view_calls;
        }
        if (id == WEFT_CRDT_GC && there.gc != nullptr) {
            return &gc_calls;
        }
        if (id == WEFT_CRDT_ANCHOR && there.anchor != nullptr) {
            return &anchor_calls;
        }
        if (id == WEFT_CRDT_STATS && there.stats != nullptr) {
            return &stats_calls;
        }
        return nullptr;
    }
};

}  // namespace weft::detail
