// One Yjs document: applies updates to its store and says what was new.
#pragma once

#include "pending.hpp"
#include "struct_store.hpp"
#include "transaction.hpp"
#include "update_decoder.hpp"
#include "update_writer.hpp"

#include <weft/crdt.hpp>

#include <forward_list>

namespace weft::yjs {

struct DocumentOptions {
    std::uint64_t actor = 0;
    std::uint64_t max_bytes = 0;
    std::uint64_t max_parked_bytes = 0;
    std::uint64_t value_depth_max = 0;  // 0: values nest as deep as they like
    bool collect_garbage = true;
};

class Document {
public:
    explicit Document(const DocumentOptions& options)
        : options_(options), actor_bytes_(options.actor),
          transaction_(store_, options.collect_garbage) {}
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    /// Integrates one update, all of it or nothing. `applied.effective` is the input itself, or bytes that are
    /// appended to `out`, in which case it stays empty and `out` has grown. `applied.message` lives until `drop_refusals`.
    void apply(BytesView update, Applied& applied, Bytes& out);
    void drop_refusals() { refusals_.clear(); }

    /// Integrates all updates as one change. `missing` if parts of them stay parked.
    Result<void> load(std::span<const BytesView> updates);

    void state_vector(Bytes& out) const;

    enum class Parked { left_out, included };
    Result<void> diff(BytesView state_vector, Parked parked, Bytes& out) const;

    /// Applies local edits, all or none, and appends them to `out` as one update.
    Result<void> edit(std::span<const EditView> edits, Bytes& out);

    const StructStore& store() const { return store_; }
    const DocumentOptions& options() const { return options_; }
    std::uint64_t memory_bytes() const {
        return store_.memory_bytes() + transaction_.memory_bytes() + pending_.memory_bytes();
    }
    std::uint64_t parked_bytes() const { return pending_.memory_bytes(); }

private:
    /// How an update fared, beside what the transaction knows.
    struct Progress {
        std::uint64_t whole_structs = 0;  // of the update, integrated from their first unit on
        bool deletes_all_new = true;
        bool deletes_parked = false;
        bool deletes_dropped = false;
        bool released = false;
    };

    bool try_load_first(BytesView update);
    bool try_apply_typed(BytesView update, Applied& applied);
    Result<void> check_counts(const UpdateLayout& layout, std::size_t size) const;
    Result<void> check_size(const UpdateLayout& layout, std::size_t size) const;
    std::uint64_t guess_added(const UpdateLayout& layout) const;
    void integrate(const UpdateLayout& layout, Progress& progress);
    void integrate_run(Pending::Run run, Progress& progress);
    bool find_missing(const StructView& view, std::uint64_t state, WireId& missing) const;
    void apply_deletes(const UpdateLayout& layout, Progress& progress);
    void apply_delete(const WireRange& range, Progress& progress);
    void apply_parked_deletes(Progress& progress);
    bool is_verbatim(const UpdateLayout& layout, const Progress& progress, bool parked) const;

    /// Whether an edit is all of its call.
    enum class Company { alone, others };
    /// What became of a local edit tried in the usual way: nothing; done; or done, too, and the transaction does not know,
    /// because all that an edit without company did is make the last struct of this actor longer.
    enum class Typed { no, yes, longer };
    Typed type(const EditView& edit, Company company);
    Typed type_text(Handle type, std::string_view text, Company company);
    Typed erase_text(Handle type, Clock units);
    void write_typed(std::string_view text, Bytes& out) const;
    bool seek(Handle type, std::uint32_t position);
    bool seek_nearby(std::uint32_t position);
    Handle cut_at_cursor();

    Result<void> make_edits(std::span<const EditView> edits);
    Result<void> check_edits(std::span<const EditView> edits);
    Result<void> check_room(std::span<const EditView> edits) const;
    Result<void> rehearse(std::span<const EditView> edits) const;

    /// Where the last local edit of a text ended: behind `units` units of `left`, which begins with `id`. Edits come in
    /// runs, so the next one is usually near. `left == none`: nowhere, or at the start.
    struct Cursor {
        Handle type = none;
        Handle left = none;
        Id id;
        Clock units = 0;
        std::uint32_t position = 0;
        Clock typed_from = 0;  // the first clock of what was typed last
    };

    const DocumentOptions options_;
    const ShortVaruint actor_bytes_;  // the actor, as each of its updates names it twice
    StructStore store_;
    Transaction transaction_;
    Pending pending_;
    Cursor cursor_;
    std::forward_list<std::string> refusals_;  // lent out
    UpdateLayout layout_;  // of the update that is being applied; keeps its memory
};

}  // namespace weft::yjs
