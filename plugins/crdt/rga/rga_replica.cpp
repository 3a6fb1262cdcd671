#include "rga_replica.hpp"

#include "utf8.hpp"

#include <weft/json_text.hpp>
#include <weft/sha256.hpp>

#include <algorithm>

namespace weft::rga {
namespace {

constexpr std::string_view half_a_character = "\xef\xbf\xbd";  // U+FFFD

Error no_such_root(std::string_view root) {
    return {Code::not_found, "the document has no root \"" + std::string(root) + "\"", 0};
}

ReplicaOptions with_actor_in_a_varuint(ReplicaOptions options) {
    options.actor &= varuint_max;
    return options;
}

/// Of a text the units from `skip` on, at most `units` of them. A character that is cut becomes U+FFFD.
void append_units(std::string& out, std::string_view text, std::uint64_t skip,
                  std::uint64_t units) {
    for (std::size_t at = 0; at < text.size() && units > 0;) {
        const std::size_t bytes = bytes_of_character(text[at]);
        const std::uint64_t wide = bytes == 4 ? 2 : 1;
        const std::uint64_t taken = std::min(wide - std::min(wide, skip), units);
        if (taken > 0) {
            out += taken == wide ? text.substr(at, bytes) : half_a_character;
        }
        skip -= std::min(wide, skip);
        units -= taken;
        at += bytes;
    }
}

/// The parts of one buffer that were lent out while it grew, in order.
template <class Buffer>
auto part(const Buffer& buffer, std::size_t begin, std::size_t end) {
    return std::span(buffer).subspan(begin, end - begin);
}

}  // namespace

RgaReplica::RgaReplica(const ReplicaOptions& options)
    : options_(with_actor_in_a_varuint(options)), delivery_(options.max_parked_bytes) {}

// ---- updates ----

void RgaReplica::apply(std::span<const BytesView> updates, std::span<Applied> applied) {
    updates_.clear();
    refusals_.clear();
    actors_.clear();
    std::vector<std::pair<std::size_t, std::size_t>> begins{{0, 0}};
    for (std::size_t i = 0; i < updates.size(); ++i) {
        apply_one(updates[i], applied[i]);
        begins.emplace_back(updates_.size(), actors_.size());
    }
    // The buffers do not move any more.
    for (std::size_t i = 0; i < updates.size(); ++i) {
        if (!applied[i].verbatim) {
            applied[i].effective = part(updates_, begins[i].first, begins[i + 1].first);
        }
        applied[i].actors = part(actors_, begins[i].second, begins[i + 1].second);
    }
}

void RgaReplica::apply_one(BytesView update, Applied& applied) {
    applied = {};
    const auto refuse = [&](const Error& error) {
        applied.code = error.code;
        applied.message = refusals_.emplace_front(error.message);
        applied.parked_bytes = delivery_.parked_bytes();
    };
    const auto runs = read_update(update);
    if (!runs) {
        return refuse(runs.error());
    }
    auto plan = delivery_.plan(sequence_, *runs);
    if (!plan) {
        return refuse(plan.error());
    }
    if (const Result<void> fits = check_size(plan->bytes); !fits) {
        delivery_.put_back(*plan);
        return refuse(fits.error());
    }
    applied.released = plan->releases;
    applied.parked = plan->parks;
    applied.verbatim = !plan->ready.empty() && !plan->repeats && !plan->parks && !plan->releases;
    if (applied.verbatim) {
        applied.effective = update;
    } else if (!plan->ready.empty()) {
        UpdateWriter writer(updates_);
        add_runs(plan->ready, sequence_.state_vector(), writer);
        writer.finish();
    }
    actors_.insert(actors_.end(), plan->actors.begin(), plan->actors.end());
    integrate(plan->ready);
    applied.parked_dropped = !delivery_.accept(*plan);
    applied.parked_bytes = delivery_.parked_bytes();
}

Result<void> RgaReplica::check_size(std::uint64_t more) const {
    if (options_.max_bytes != 0 && sequence_.memory_bytes() + more > options_.max_bytes) {
        return Error{Code::limit,
                     "the document would take more than its limit of " +
                         std::to_string(options_.max_bytes) + " bytes",
                     0};
    }
    return {};
}

void RgaReplica::integrate(const std::vector<OperationRun>& runs, std::uint64_t own_end) {
    for (OperationRun run : runs) {
        const std::uint64_t end = run.actor == options_.actor ? own_end : all_units;
        Operation operation;
        while (run.next(operation) && operation.id.clock < end) {
            const std::uint64_t clock = sequence_.clock_of(run.actor);
            const std::uint64_t known = clock - std::min(clock, operation.id.clock);
            operation = known == 0 ? operation : operation.without(known);
            const bool fits = operation.end() <= end;
            sequence_.integrate(fits ? operation : operation.first(end - operation.id.clock));
        }
    }
}

Result<void> RgaReplica::load(std::span<const BytesView> updates) {
    std::vector<OperationRun> runs;
    for (const BytesView update : updates) {
        const auto more = read_update(update);
        if (!more) {
            return more.error();
        }
        runs.insert(runs.end(), more->begin(), more->end());
    }
    const auto plan = delivery_.plan(sequence_, runs);
    if (!plan) {
        return plan.error();
    }
    if (plan->parks) {
        return Error{Code::missing, "the updates build on others that are not among them", 0};
    }
    integrate(plan->ready);
    return {};
}

void RgaReplica::state_vector(Bytes& out) const {
    encode_state_vector(sequence_.state_vector(), out);
}

Result<void> RgaReplica::diff(BytesView state_vector, ParkedParts parked, Bytes& out) const {
    const auto known = decode_state_vector(state_vector);
    if (!known) {
        return known.error();
    }
    Bytes integrated;
    UpdateWriter writer(integrated);
    sequence_.write(*known, writer);
    writer.finish();
    if (parked == ParkedParts::left_out) {
        out.insert(out.end(), integrated.begin(), integrated.end());
        return {};
    }
    std::vector<OperationRun> runs = *read_update(integrated);
    for (const BytesView update : delivery_.parked()) {
        const auto more = *read_update(update);
        runs.insert(runs.end(), more.begin(), more.end());
    }
    UpdateWriter all(out);
    add_runs(std::move(runs), *known, all);
    all.finish();
    return {};
}

// ---- reading ----

Result<std::string> RgaReplica::text(std::string_view root, std::uint64_t position,
                                     std::uint64_t units) const {
    const auto id = sequence_.find_root(root);
    if (!id) {
        return no_such_root(root);
    }
    std::string text;
    for (SpanIndex at = sequence_.first(*id); at != no_span && units > 0;
         at = sequence_.span(at).next) {
        const Span& span = sequence_.span(at);
        if (position >= span.visible_units()) {
            position -= span.visible_units();
            continue;
        }
        const std::uint64_t taken = std::min(span.units - position, units);
        if (taken == span.units) {
            text += sequence_.text(span);
        } else {
            append_units(text, sequence_.text(span), position, taken);
        }
        units -= taken;
        position = 0;
    }
    return text;
}

Result<std::string> RgaReplica::json(std::string_view root) const {
    const auto all = text(root, 0, all_units);
    if (!all) {
        return all.error();
    }
    std::string json;
    append_json_string(json, *all);
    return json;
}

std::string RgaReplica::content(std::string_view root) const {
    auto all = text(root, 0, all_units);
    return all ? std::move(*all) : std::string();
}

std::vector<RootInfo> RgaReplica::roots() const {
    std::vector<RootInfo> roots;
    for (const auto& [name, id] : sequence_.roots()) {
        roots.push_back({name, "text"});
    }
    return roots;
}

Digest RgaReplica::digest() const {
    Bytes bytes;
    state_vector(bytes);
    Writer writer(bytes);
    for (const auto& [actor, clock] : sequence_.state_vector()) {
        const Sequence::Ranges& erased = sequence_.erased_of(actor);
        writer.varuint(erased.size());
        for (const auto& [begin, end] : erased) {
            writer.varuint(begin);
            writer.varuint(end);
        }
    }
    return sha256(bytes);
}

std::uint64_t RgaReplica::memory_bytes() const {
    return sequence_.memory_bytes() + delivery_.parked_bytes();
}

// ---- local edits ----

Result<BytesView> RgaReplica::edit(std::span<const EditView> edits) {
    if (options_.actor == 0) {
        return Error{Code::state, "this replica has no actor: it cannot edit", 0};
    }
    const std::uint64_t before = sequence_.clock_of(options_.actor);
    for (const EditView& edit : edits) {
        if (Result<void> done = edit_one(edit); !done) {
            forget_own_from(before);
            return done.error();
        }
    }
    updates_.clear();
    if (sequence_.clock_of(options_.actor) > before) {
        StateVector known = sequence_.state_vector();
        known[options_.actor] = before;
        UpdateWriter writer(updates_);
        sequence_.write(known, writer);
        writer.finish();
    }
    return BytesView(updates_);
}

Result<void> RgaReplica::edit_one(const EditView& edit) {
    const bool inserts = edit.kind == EditKind::text_insert;
    if (!inserts && edit.kind != EditKind::text_delete) {
        return Error{Code::unsupported, "this algorithm has plain text only", 0};
    }
    if (!edit.path.empty() || !edit.attributes.empty()) {
        return Error{Code::unsupported, "this algorithm has texts without attributes or parts", 0};
    }
    const auto root = sequence_.find_root(edit.root);
    const std::uint64_t end = root ? sequence_.units(*root) : 0;
    if (edit.position > end || (!inserts && edit.length > end - edit.position)) {
        return Error{Code::invalid,
                     "an edit at " + std::to_string(edit.position) +
                         " is beyond the text's end at " + std::to_string(end),
                     0};
    }
    if (inserts) {
        return insert(root, edit);
    }
    return edit.length == 0 ? Result<void>() : erase(*root, edit);
}

/// Directly behind the character in front of the position, before what was erased there.
Result<void> RgaReplica::insert(std::optional<std::uint32_t> root, const EditView& edit) {
    const auto size = measure(edit.text);
    if (!size || !measure(edit.root)) {
        return Error{Code::invalid, "the text to insert is not valid UTF-8", 0};
    }
    Operation operation;
    operation.text = edit.text;
    operation.root = edit.root;
    operation.length = size->characters;
    if (root) {
        const auto place = sequence_.find(*root, edit.position);
        if (!place) {
            return place.error();
        }
        if (place->span != no_span) {
            const Id first = sequence_.span(place->span).id;
            operation.kind = Operation::Kind::insert_behind;
            operation.target = {first.actor, first.clock + place->characters - 1};
        }
    }
    return size->characters == 0 ? Result<void>() : take_own(operation);
}

Result<void> RgaReplica::erase(std::uint32_t root, const EditView& edit) {
    const auto place = sequence_.find(root, edit.position);
    if (!place) {
        return place.error();
    }
    const auto ranges = sequence_.characters(root, *place, edit.length);
    if (!ranges) {
        return ranges.error();
    }
    for (const auto& [first, length] : *ranges) {
        Operation operation;
        operation.kind = Operation::Kind::erase;
        operation.target = first;
        operation.length = length;
        if (Result<void> taken = take_own(operation); !taken) {
            return taken;
        }
    }
    return {};
}

Result<void> RgaReplica::take_own(Operation operation) {
    operation.id = {options_.actor, sequence_.clock_of(options_.actor)};
    operation.sum = sequence_.operations() + 1;
    Result<void> fits = check_size(Sequence::bytes_for(operation));
    if (fits) {
        sequence_.integrate(operation, Sequence::Where::behind_found);
    }
    return fits;
}

/// The state is a function of the set of operations, so taking some back is making it anew without them. Only edits that
/// were refused come here.
void RgaReplica::forget_own_from(std::uint64_t clock) {
    if (sequence_.clock_of(options_.actor) == clock) {
        return;
    }
    Bytes all;
    UpdateWriter writer(all);
    sequence_.write({}, writer);
    writer.finish();
    sequence_ = {};
    const auto plan = Delivery(0).plan(sequence_, *read_update(all));
    integrate(plan->ready, clock);
}

}  // namespace weft::rga
