#include "document.hpp"

#include "bulk_load.hpp"
#include "merge_updates.hpp"
#include "state_encoder.hpp"
#include "typed_run.hpp"
#include "value_depth.hpp"

#include <algorithm>

namespace weft::yjs {

void Document::apply(BytesView update, Applied& applied, Bytes& out) {
    applied = {};
    applied.parked_bytes = pending_.memory_bytes();
    if (try_apply_typed(update, applied)) {
        return;
    }
    Result<void> accepted = layout_.read(update);
    if (accepted) {
        accepted = check_value_depth(layout_, update.size(), options_.value_depth_max);
    }
    if (accepted) {
        accepted = check_size(layout_, update.size());
    }
    if (!accepted) {
        applied.code = accepted.error().code;
        applied.message = refusals_.emplace_front(accepted.error().message);
        return;
    }
    cursor_ = Cursor{};
    Progress progress;
    integrate(layout_, progress);
    apply_parked_deletes(progress);
    const Pending::Parked parked = pending_.park_borrowed(options_.max_parked_bytes);
    transaction_.finish();
    applied.parked = parked.any || progress.deletes_parked || progress.deletes_dropped;
    applied.parked_dropped = parked.dropped || progress.deletes_dropped;
    applied.released = progress.released;
    applied.parked_bytes = pending_.memory_bytes();
    if (transaction_.changed()) {
        applied.verbatim = is_verbatim(layout_, progress, applied.parked);
        if (applied.verbatim) {
            applied.effective = update;
        } else {
            encode_change(store_, transaction_, out);
        }
    }
    transaction_.reset();
    layout_.shrink();
}

/// The usual update: somebody types on at the end of their last run. All of it is checked and done in one go.
bool Document::try_apply_typed(BytesView update, Applied& applied) {
    TypedRun run;
    if (!pending_.empty() || pending_.has_deletes() || !read_typed_run(update, run)) {
        return false;
    }
    const ClientIndex client = store_.find_client(run.client);
    const ClientIndex right =
        run.has_right_origin ? store_.find_client(run.right_origin.client) : none;
    const std::uint64_t size = run.text.size();
    if (client == none || run.clock != store_.clients[client].state ||
        (run.has_right_origin && (right == none || run.right_origin.clock > clock_max)) ||
        run.clock + size > clock_max || !store_.contents.has_room(size) ||
        (options_.max_bytes != 0 && store_.memory_bytes() + 4 * size + 4096 > options_.max_bytes)) {
        return false;
    }
    const std::optional<std::uint64_t> units = utf16_length(run.text);
    if (!units || *units == 0 ||
        !transaction_.try_type(client, {right, static_cast<Clock>(run.right_origin.clock)},
                               run.text, static_cast<Clock>(*units))) {
        return false;
    }
    cursor_ = Cursor{};
    applied.effective = update;
    applied.verbatim = true;
    return true;
}

Result<void> Document::load(std::span<const BytesView> updates) {
    std::vector<UpdateLayout> layouts(updates.size());
    for (std::size_t i = updates.size(); i-- > 0;) {
        if (i == 0 && try_load_first(updates[0])) {
            break;  // all others are known to be sound
        }
        Result<void> accepted = layouts[i].read(updates[i]);
        if (accepted) {
            accepted = check_counts(layouts[i], updates[i].size());
        }
        if (!accepted) {
            return accepted;
        }
    }
    Progress progress;
    for (const UpdateLayout& layout : layouts) {
        transaction_.begin_update();
        integrate(layout, progress);
    }
    apply_parked_deletes(progress);
    const Pending::Parked parked = pending_.park_borrowed(0);
    transaction_.finish();
    transaction_.reset();
    if (parked.any || pending_.has_deletes()) {
        return Error{Code::missing, "the stored updates of the document have a hole", 0};
    }
    return {};
}

/// The first of several updates is the largest as a rule: a keyframe. Left out if that is not for `BulkLoad`.
bool Document::try_load_first(BytesView update) {
    const bool is_new = store_.clients.empty() && store_.roots().empty() && pending_.empty() &&
                        !pending_.has_deletes();
    if (!is_new) {
        return false;
    }
    const bool loaded = BulkLoad(store_, transaction_).load(update);
    if (loaded) {
        transaction_.finish();
    }
    transaction_.reset();
    transaction_.drop_marks();
    if (!loaded) {
        store_.clear();
    }
    return loaded;
}

/// Whether the store can count what the update has.
Result<void> Document::check_counts(const UpdateLayout& layout, std::size_t size) const {
    for (const StructRun& run : layout.runs) {
        if (run.end > clock_max) {
            return Error{Code::limit,
                         "clock " + std::to_string(run.end) + " of client " +
                             std::to_string(run.client) + " is beyond the limit of " +
                             std::to_string(clock_max),
                         0};
        }
    }
    if (!store_.contents.has_room(size) ||
        layout.runs.size() > clients_max - store_.clients.size()) {
        return Error{Code::limit,
                     "the document has no room for an update of " + std::to_string(size) + " bytes",
                     0};
    }
    return {};
}

/// Whether the store can take the update: by what it can count, and by its options.
Result<void> Document::check_size(const UpdateLayout& layout, std::size_t size) const {
    const Result<void> countable = check_counts(layout, size);
    if (!countable || options_.max_bytes == 0 || layout.structs == 0) {
        return countable;
    }
    const std::uint64_t before = memory_bytes();
    constexpr std::uint64_t struct_bytes = 512;  // more than any takes, beside its content
    if (before + 2 * size + layout.structs * struct_bytes <= options_.max_bytes) {
        return {};
    }
    const std::uint64_t added = guess_added(layout);
    if (before + added > options_.max_bytes) {
        return Error{Code::limit,
                     "the document has " + std::to_string(before) +
                         " bytes and the update could add " + std::to_string(added) +
                         ", over its limit of " + std::to_string(options_.max_bytes),
                     0};
    }
    return {};
}

/// What the new structs of an update would take, rather too much than too little.
std::uint64_t Document::guess_added(const UpdateLayout& layout) const {
    constexpr std::uint64_t name_bytes = 128;
    std::uint64_t added = 0;
    for (StructRun run : layout.runs) {
        const std::uint64_t state = store_.state(run.client);
        added += state == 0 ? 2 * sizeof(Client) + name_bytes : 0;
        StructView view;
        std::size_t size = 0;
        while (!run.at_end() && peek_struct(run, view, size)) {
            if (view.is_item() && view.end() > state) {
                added += sizeof(Item) + 2 * sizeof(StructList::Entry) + 2 * size;
                added += view.content.ref == ContentRef::type ? sizeof(Type) + name_bytes : 0;
                added += view.parent != StructView::Parent::of_neighbour
                             ? sizeof(Leaf) + sizeof(Type) + 2 * name_bytes
                             : 0;
            }
            skip_struct(run, view, size);
        }
    }
    return added;
}

void Document::integrate(const UpdateLayout& layout, Progress& progress) {
    for (const StructRun& structs : layout.runs) {
        Pending::Run run;
        run.structs = structs;
        integrate_run(std::move(run), progress);
    }
    apply_deletes(layout, progress);
}

/// Integrates a run as far as it goes, and then the runs that waited for it.
void Document::integrate_run(Pending::Run first, Progress& progress) {
    std::vector<std::uint64_t> advanced;
    for (std::optional<Pending::Run> run = std::move(first); run;) {
        StructRun& structs = run->structs;
        StructView view;
        std::size_t size = 0;
        WireId missing;
        bool blocked = false;
        while (!structs.at_end() && peek_struct(structs, view, size)) {
            const std::uint64_t state = store_.state(structs.client);
            const bool unknown = view.content.ref != ContentRef::skip && view.end() > state;
            if (unknown && find_missing(view, state, missing)) {
                blocked = true;
                break;
            }
            if (unknown) {
                const std::uint64_t offset = state - view.clock;
                transaction_.integrate(view, offset);
                progress.released = progress.released || run->was_parked;
                progress.whole_structs += offset == 0 && !run->was_parked ? 1 : 0;
            }
            skip_struct(structs, view, size);
        }
        const std::uint64_t client = structs.client;
        if (blocked) {
            pending_.wait(std::move(*run), missing);
        }
        if (!pending_.empty()) {
            advanced.push_back(client);
        }
        run.reset();
        while (!run && !advanced.empty()) {
            run = pending_.take_ready(advanced.back(), store_.state(advanced.back()));
            if (!run) {
                advanced.pop_back();
            }
        }
    }
}

bool Document::find_missing(const StructView& view, std::uint64_t state, WireId& missing) const {
    if (view.clock > state) {
        missing = {view.client, view.clock - 1};
        return true;
    }
    const auto lacks = [&](bool named, const WireId& id) {
        if (named && id.client != view.client && id.clock >= store_.state(id.client)) {
            missing = id;
            return true;
        }
        return false;
    };
    return lacks(view.has_origin, view.origin) || lacks(view.has_right_origin, view.right_origin) ||
           lacks(view.parent == StructView::Parent::item, view.parent_item);
}

/// Descending by client and ascending by clock, as Yjs writes and applies them: what is deleted before its parent may merge
/// otherwise than what its parent takes along.
void Document::apply_deletes(const UpdateLayout& layout, Progress& progress) {
    for (auto end = layout.deletes.end(); end != layout.deletes.begin();) {
        const std::uint64_t client = std::prev(end)->client;
        auto first = std::prev(end);
        while (first != layout.deletes.begin() && std::prev(first)->client == client) {
            --first;
        }
        std::for_each(first, end, [&](const WireRange& range) { apply_delete(range, progress); });
        end = first;
    }
}

void Document::apply_delete(const WireRange& range, Progress& progress) {
    const ClientIndex client = store_.find_client(range.client);
    const std::uint64_t state = client == none ? 0 : store_.clients[client].state;
    if (range.clock < state) {
        const bool all_new =
            transaction_.delete_range(client, static_cast<Clock>(range.clock),
                                      static_cast<Clock>(std::min(range.end(), state)));
        progress.deletes_all_new = progress.deletes_all_new && all_new;
    }
    if (range.end() > state) {
        const std::uint64_t from = std::max(range.clock, state);
        const bool kept = pending_.park_delete({range.client, from, range.end() - from},
                                               options_.max_parked_bytes);
        progress.deletes_parked = true;
        progress.deletes_dropped = progress.deletes_dropped || !kept;
    }
}

void Document::apply_parked_deletes(Progress& progress) {
    if (!pending_.has_deletes()) {
        return;
    }
    for (const ClientIndex index : transaction_.touched()) {
        const Client& client = store_.clients[index];
        for (const WireRange& range : pending_.take_deletes(client.id, client.state)) {
            transaction_.delete_range(index, static_cast<Clock>(range.clock),
                                      static_cast<Clock>(range.end()));
            progress.released = true;
        }
    }
}

bool Document::is_verbatim(const UpdateLayout& layout, const Progress& progress,
                           bool parked) const {
    return !parked && !progress.released && progress.deletes_all_new &&
           !layout.has_trailing_bytes && progress.whole_structs == layout.structs;
}

void Document::state_vector(Bytes& out) const {
    encode_state_vector(store_, out);
}

Result<void> Document::diff(BytesView state_vector, Parked parked, Bytes& out) const {
    const Result<StateVector> theirs = decode_state_vector(state_vector);
    if (!theirs) {
        return theirs.error();
    }
    const std::vector<Bytes> waiting =
        parked == Parked::included ? pending_.as_updates() : std::vector<Bytes>{};
    if (waiting.empty()) {
        encode_diff(store_, *theirs, out);
        return {};
    }
    Bytes integrated;
    encode_diff(store_, *theirs, integrated);
    std::vector<BytesView> parts{integrated};
    parts.insert(parts.end(), waiting.begin(), waiting.end());
    return merge_updates(parts, out);
}

}  // namespace weft::yjs
