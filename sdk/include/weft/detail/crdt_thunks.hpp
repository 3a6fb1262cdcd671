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
            *out = new weft_replica{std::move(made), {}, {}, {}, {}};
            return {};
        });
    }

    static void replica_destroy(weft_replica* replica) noexcept { delete replica; }

    static void apply(weft_replica* replica, const weft_bytes* updates, std::size_t count,
                      weft_applied* out) noexcept {
        guarded(
            [&] {
                reuse(replica->views, count);
                reuse(replica->applied, count);
                for (std::size_t i = 0; i < count; ++i) {
                    replica->views[i] = from_c(updates[i]);
                    replica->applied[i].clear();
                }
                replica->replica->apply(replica->views, replica->applied);
                for (std::size_t i = 0; i < count; ++i) {
                    out[i] = lend(replica->applied[i]);
                }
            },
            [&](Code code, std::string_view) {
                for (std::size_t i = 0; i < count; ++i) {
                    out[i] = {
                        to_c(code), 0, 0, {}, to_c(std::string_view("apply threw an exception")),
                        nullptr,    0};
                }
            });
    }

    static weft_applied lend(const Applied& applied) {
        const bool refused = applied.code != Code::ok;
        const std::uint32_t flags = (applied.verbatim ? WEFT_APPLIED_VERBATIM : 0) |
                                    (applied.parked ? WEFT_APPLIED_PARKED : 0) |
                                    (applied.released ? WEFT_APPLIED_RELEASED : 0) |
                                    (applied.parked_dropped ? WEFT_APPLIED_PARKED_DROPPED : 0);
        return {to_c(applied.code),
                flags,
                applied.parked_bytes,
                to_c(applied.effective),
                refused ? to_c(std::string_view(applied.message)) : weft_str{},
                applied.actors.data(),
                applied.actors.size()};
    }

    static weft_code load(weft_replica* replica, const weft_bytes* updates, std::size_t count,
                          weft_error* error) noexcept {
        return guarded_call(error, [&] {
            UpdateViews views(updates, count);
            return replica->replica->load(views.span());
        });
    }

    static weft_code state_vector(const weft_replica* replica, weft_sink* out,
                                  weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            replica->replica->state_vector(bytes);
            return Result<void>();
        });
    }

    static ParkedParts parked_of(std::uint32_t flags) {
        return (flags & WEFT_DIFF_PARKED) != 0 ? ParkedParts::included : ParkedParts::left_out;
    }

    static weft_code diff(const weft_replica* replica, weft_bytes state_vector, std::uint32_t flags,
                          weft_sink* out, weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            return replica->replica->diff(from_c(state_vector), parked_of(flags), bytes);
        });
    }

    static weft_code state(const weft_replica* replica, std::uint32_t flags, weft_sink* out,
                           weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            return replica->replica->state(parked_of(flags), bytes);
        });
    }

    static weft_code text(const weft_replica* replica, weft_str root, std::uint64_t position,
                          std::uint64_t units, weft_sink* out, weft_error* error) noexcept {
        return guarded_text(out, error,
                            [&] { return replica->replica->text(from_c(root), position, units); });
    }

    static weft_code json(const weft_replica* replica, weft_str root, weft_sink* out,
                          weft_error* error) noexcept {
        return guarded_text(out, error, [&] { return replica->replica->json(from_c(root)); });
    }

    static weft_code roots(const weft_replica* replica, weft_sink* out,
                           weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            Writer writer(bytes);
            for (const RootInfo& root : replica->replica->roots()) {
                writer.varstring(root.name);
                writer.varstring(root.kind);
            }
            return Result<void>();
        });
    }

    static void take(const weft_edit& from, Edit& edit) {
        edit.kind = static_cast<EditKind>(from.kind);
        edit.path.clear();
        for (std::size_t i = 0; i < from.path_count; ++i) {
            const weft_path_step& step = from.path[i];
            edit.path.push_back(
                {step.kind == WEFT_STEP_KEY, step.index, std::string(from_c(step.key))});
        }
        edit.position = from.position;
        edit.length = from.length;
        reuse(edit.root, from.root);
        reuse(edit.key, from.key);
        reuse(edit.text, from.text);
        reuse(edit.value, from.value);
        reuse(edit.attributes, from.attributes);
        reuse(edit.type, from.type);
    }

    static weft_code edit(weft_replica* replica, const weft_edit* edits, std::size_t count,
                          weft_sink* out, weft_error* error) noexcept {
        Bytes& update = replica->update;
        update.clear();
        const weft_code code = guarded_write(update, out, error, [&](Bytes& bytes) {
            reuse(replica->edits, count);
            for (std::size_t i = 0; i < count; ++i) {
                take(edits[i], replica->edits[i]);
            }
            return replica->replica->edit(replica->edits, bytes);
        });
        if (update.capacity() > few_bytes) {
            update = {};
        }
        if (count > few_updates) {
            replica->edits = {};
        }
        return code;
    }

    static weft_code digest(const weft_replica* replica, std::uint8_t out[32],
                            weft_error* error) noexcept {
        return guarded_call(error, [&] {
            const Digest digest = replica->replica->digest();
            std::copy(digest.begin(), digest.end(), out);
            return Result<void>();
        });
    }

    static std::uint64_t memory_bytes(const weft_replica* replica) noexcept {
        return guarded([&] { return replica->replica->memory_bytes(); },
                       [](Code, std::string_view) { return std::uint64_t{0}; });
    }

    static weft_code merge(void* self, const weft_bytes* updates, std::size_t count, weft_sink* out,
                           weft_error* error) noexcept {
        return guarded_write(out, error, [&](Bytes& bytes) {
            UpdateViews views(updates, count);
            return crdt(self).merge(views.span(), bytes);
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
