// weft_crdt_calls over a weft::Crdt.
#pragma once

#include <weft/codec.hpp>
#include <weft/detail/crdt_calls.hpp>
#include <weft/detail/crdt_extension_thunks.hpp>

namespace weft::detail {

/// `Instance` gives the author's object as `seam()`.
template <class Instance>
struct CrdtThunks {
    static constexpr std::string_view seam = "crdt";
    struct State {};

    static const Crdt& crdt(void* self) { return static_cast<Instance*>(self)->seam(); }

    static const void* extension(void* self, std::string_view id) {
        return CrdtExtensionThunks<CrdtThunks>::table(self, id);
    }

    static weft_code replica_create(void* self, const weft_replica_options* options,
                                    weft_replica** out, weft_error* error) noexcept {
        return guarded_call(error, [&]() -> Result<void> {
            auto made = crdt(self).create_replica(
                {options->actor, options->max_bytes, options->max_parked_bytes});
            if (!made) {
                return Error{Code::internal, "create_replica gave none", 0};
            }
            *out = as_c(made.release());
            return {};
        });
    }

    static void replica_destroy(weft_replica* replica) noexcept { delete &author_of(replica); }

    static void apply(weft_replica* replica, const weft_bytes* updates, std::size_t count,
                      weft_applied* out) noexcept {
        const std::span<Applied> applied = as_cpp(out, count);
        guarded([&] { author_of(replica).apply(as_cpp(updates, count), applied); },
                [&](Code code, std::string_view) {
                    for (Applied& one : applied) {
                        one = {};
                        one.code = code;
                        one.message = "apply threw an exception";
                    }
                });
    }

    static weft_code load(weft_replica* replica, const weft_bytes* updates, std::size_t count,
                          weft_error* error) noexcept {
        return guarded_call(error, [&] { return author_of(replica).load(as_cpp(updates, count)); });
    }

    static weft_code state_vector(const weft_replica* replica, weft_sink* out,
                                  weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            author_of(replica).state_vector(bytes);
            return Result<void>();
        });
    }

    static ParkedParts parked_of(std::uint32_t flags) {
        return (flags & WEFT_DIFF_PARKED) != 0 ? ParkedParts::included : ParkedParts::left_out;
    }

    static weft_code diff(const weft_replica* replica, weft_bytes state_vector, std::uint32_t flags,
                          weft_sink* out, weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            return author_of(replica).diff(from_c(state_vector), parked_of(flags), bytes);
        });
    }

    static weft_code state(const weft_replica* replica, std::uint32_t flags, weft_sink* out,
                           weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            return author_of(replica).state(parked_of(flags), bytes);
        });
    }

    static weft_code text(const weft_replica* replica, weft_str root, std::uint64_t position,
                          std::uint64_t units, weft_sink* out, weft_error* error) noexcept {
        return guarded_text(out, error,
                            [&] { return author_of(replica).text(from_c(root), position, units); });
    }

    static weft_code json(const weft_replica* replica, weft_str root, weft_sink* out,
                          weft_error* error) noexcept {
        return guarded_text(out, error, [&] { return author_of(replica).json(from_c(root)); });
    }

    static weft_code roots(const weft_replica* replica, weft_sink* out,
                           weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            Writer writer(bytes);
            for (const RootInfo& root : author_of(replica).roots()) {
                writer.varstring(root.name);
                writer.varstring(root.kind);
            }
            return Result<void>();
        });
    }

    static weft_code edit(weft_replica* replica, const weft_edit* edits, std::size_t count,
                          weft_bytes* update, weft_error* error) noexcept {
        return guarded(
            [&]() -> weft_code {
                const Result<BytesView> made = author_of(replica).edit(as_cpp(edits, count));
                if (!made) {
                    return fill_error(error, made.error());
                }
                *update = to_c(*made);
                return WEFT_OK;
            },
            [&](Code code, std::string_view what) { return fill_error(error, code, what); });
    }

    static weft_code digest(const weft_replica* replica, std::uint8_t out[32],
                            weft_error* error) noexcept {
        return guarded_call(error, [&] {
            const Digest digest = author_of(replica).digest();
            std::copy(digest.begin(), digest.end(), out);
            return Result<void>();
        });
    }

    static std::uint64_t memory_bytes(const weft_replica* replica) noexcept {
        return guarded([&] { return author_of(replica).memory_bytes(); },
                       [](Code, std::string_view) { return std::uint64_t{0}; });
    }

    static weft_code merge(void* self, const weft_bytes* updates, std::size_t count, weft_sink* out,
                           weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            return crdt(self).merge(as_cpp(updates, count), bytes);
        });
    }

    static weft_code check(void* self, weft_bytes update, weft_error* error) noexcept {
        return guarded_call(error, [&] { return crdt(self).check(from_c(update)); });
    }

    static weft_code overlaps(void* self, weft_bytes update, weft_bytes state_vector,
                              std::uint32_t* out, weft_error* error) noexcept {
        return guarded_call(error, [&]() -> Result<void> {
            const Result<bool> found = crdt(self).overlaps(from_c(update), from_c(state_vector));
            if (!found) {
                return found.error();
            }
            *out = *found ? 1 : 0;
            return {};
        });
    }

    static constexpr weft_crdt_calls calls{sizeof(weft_crdt_calls),
                                           0,
                                           &replica_create,
                                           &replica_destroy,
                                           &apply,
                                           &load,
                                           &state_vector,
                                           &diff,
                                           &text,
                                           &json,
                                           &roots,
                                           &edit,
                                           &digest,
                                           &memory_bytes,
                                           &merge,
                                           &check,
                                           &overlaps,
                                           &state};
};

}  // namespace weft::detail
