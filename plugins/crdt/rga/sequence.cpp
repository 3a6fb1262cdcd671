#include "sequence.hpp"

#include "utf8.hpp"

#include <algorithm>

namespace weft::rga {
namespace {

// What a node of a map takes beside its value.
constexpr std::uint64_t node_bytes = 48;
constexpr std::uint64_t span_bytes = sizeof(Span) + node_bytes;
constexpr std::uint64_t erase_bytes = 2 * node_bytes;

TextSize size_of(std::string_view valid_text) {
    return *measure(valid_text);
}

std::uint64_t characters_in(const Span& span, std::string_view text, std::uint64_t units) {
    const bool one_each = span.bytes == span.units;  // ASCII
    return one_each ? units : characters_before(text, units).value_or(span.length + 1);
}

}  // namespace

bool Sequence::are_characters(const Id& first, std::uint64_t length) const {
    const auto& erases = logs_.at(first.actor).erases;
    const auto erase = erases.lower_bound(first.clock);
    return erase == erases.end() || erase->first >= first.clock + length;
}

void Sequence::integrate(const Operation& operation, Where where) {
    if (where == Where::anywhere) {
        found_ = {};
    }
    if (operation.inserts()) {
        integrate_insert(operation);
    } else {
        integrate_erase(operation);
    }
    clocks_[operation.id.actor] = operation.end();
    operations_ += operation.clocks();
}

Sequence::ActorLog& Sequence::log_of(std::uint64_t actor) {
    const auto [at, added] = logs_.try_emplace(actor);
    bytes_ += added ? 2 * node_bytes : 0;
    return at->second;
}

// ---- inserting ----

// The paper's insert: from the character to the left, passing over those whose order is greater than that of the new ones.
// Whoever stands behind a character has a greater order than that, so with a character its whole branch is passed over.
void Sequence::integrate_insert(const Operation& operation) {
    const bool is_first = operation.kind == Operation::Kind::insert_first;
    SpanIndex left = is_first ? no_span : split_behind(operation.target);
    const std::uint32_t root_id = is_first ? root(operation.root) : spans_[left].root;
    const std::uint64_t least =
        is_first ? 0 : spans_[left].order + spans_[left].length;  // above all to the left
    const std::uint64_t order = std::max(operation.sum, least);
    const auto goes_before = [&](SpanIndex index) {
        const Span& other = spans_[index];
        return std::pair(other.order, other.id) > std::pair(order, operation.id);
    };
    const auto next_of = [&](SpanIndex index) {
        return index == no_span ? roots_[root_id].first : spans_[index].next;
    };
    while (next_of(left) != no_span && goes_before(next_of(left))) {
        left = next_of(left);
    }
    if (left != no_span && extend(left, operation, order)) {
        return;
    }
    const TextSize size = size_of(operation.text);
    Span span;
    span.id = operation.id;
    span.left = operation.target;
    span.sum = operation.sum;
    span.order = order;
    span.length = size.characters;
    span.units = size.units;
    span.text = text_.size();
    span.bytes = operation.text.size();
    span.root = root_id;
    span.is_first = is_first;
    text_ += operation.text;
    roots_[root_id].units += span.units;
    add_span(span, left);
}

/// Typing on: makes the span longer whose last character this continues.
bool Sequence::extend(SpanIndex left, const Operation& operation, std::uint64_t order) {
    Span& span = spans_[left];
    const bool continues =
        operation.kind == Operation::Kind::insert_behind && operation.target == span.last() &&
        operation.id == Id{span.id.actor, span.id.clock + span.length} &&
        operation.sum == span.sum + span.length && order == span.order + span.length &&
        !span.erased && span.text + span.bytes == text_.size();
    if (continues) {
        const TextSize size = size_of(operation.text);
        text_ += operation.text;
        span.bytes += operation.text.size();
        span.length += size.characters;
        span.units += size.units;
        roots_[span.root].units += size.units;
    }
    return continues;
}

std::uint32_t Sequence::root(std::string_view name) {
    const auto found = root_ids_.find(name);
    if (found != root_ids_.end()) {
        return found->second;
    }
    Root added;
    added.name = name;
    roots_.push_back(std::move(added));
    bytes_ += sizeof(Root) + node_bytes + 2 * name.size();
    const auto id = static_cast<std::uint32_t>(roots_.size() - 1);
    root_ids_.emplace(name, id);
    return id;
}

/// Puts a span behind another, or at the beginning of its root.
SpanIndex Sequence::add_span(const Span& added, SpanIndex left) {
    const auto index = static_cast<SpanIndex>(spans_.size());
    Span& span = spans_.emplace_back(added);
    SpanIndex& link = left == no_span ? roots_[span.root].first : spans_[left].next;
    span.previous = left;
    span.next = link;
    link = index;
    if (span.next != no_span) {
        spans_[span.next].previous = index;
    }
    log_of(span.id.actor).spans.emplace(span.id.clock, index);
    bytes_ += span_bytes;
    return index;
}

SpanIndex Sequence::index_of(const Id& id) const {
    return std::prev(logs_.at(id.actor).spans.upper_bound(id.clock))->second;
}

const Span& Sequence::span_of(const Id& id) const {
    return spans_[index_of(id)];
}

/// The span whose last character has this id, cut so if need be.
SpanIndex Sequence::split_behind(const Id& id) {
    const SpanIndex index = index_of(id);
    if (spans_[index].last() != id) {
        split(index, id.clock + 1 - spans_[index].id.clock);
    }
    return index;
}

/// The span keeps its first `characters`; a new one behind it gets the rest.
void Sequence::split(SpanIndex index, std::uint64_t characters) {
    Span& first = spans_[index];
    const std::string_view all = text(first);
    const bool one_each = first.bytes == first.units;
    const std::size_t bytes = one_each ? characters : offset_of_character(all, characters);
    const std::uint64_t units = one_each ? characters : size_of(all.substr(0, bytes)).units;
    Span rest = first;
    rest.id.clock += characters;
    rest.left = {first.id.actor, first.id.clock + characters - 1};
    rest.sum += characters;
    rest.order += characters;
    rest.length -= characters;
    rest.units -= units;
    rest.text += bytes;
    rest.bytes -= bytes;
    rest.is_first = false;
    first.length = characters;
    first.units = units;
    first.bytes = bytes;
    add_span(rest, index);
}

// ---- erasing ----

void Sequence::integrate_erase(const Operation& operation) {
    auto& erases = log_of(operation.id.actor).erases;
    bytes_ += erase_bytes;
    erases.emplace_hint(erases.end(), operation.id.clock,
                        Erase{operation.target, operation.length});
    const std::uint64_t actor = operation.target.actor;
    const std::uint64_t begin = operation.target.clock;
    Ranges& erased = log_of(actor).erased;
    bytes_ -= erased.size() * node_bytes;
    add_range(erased, begin, begin + operation.length,
              [&](std::uint64_t from, std::uint64_t to) { erase_spans(actor, from, to); });
    bytes_ += erased.size() * node_bytes;
}

/// None of these characters is erased yet.
void Sequence::erase_spans(std::uint64_t actor, std::uint64_t begin, std::uint64_t end) {
    const Span& first = span_of({actor, begin});
    if (first.id.clock < begin) {
        split_behind({actor, begin - 1});
    }
    split_behind({actor, end - 1});
    const auto& own = logs_.at(actor).spans;
    for (auto at = own.find(begin); at != own.end() && at->first < end; ++at) {
        Span& span = spans_[at->second];
        span.erased = true;
        roots_[span.root].units -= span.units;
    }
}

const Sequence::Ranges& Sequence::erased_of(std::uint64_t actor) const {
    static const Ranges none;
    const auto found = logs_.find(actor);
    return found == logs_.end() ? none : found->second.erased;
}

void Sequence::each_erase(const std::function<void(const Operation&)>& call) const {
    for (const auto& [actor, log] : logs_) {
        for (const auto& [clock, erase] : log.erases) {
            Operation operation;
            operation.kind = Operation::Kind::erase;
            operation.id = {actor, clock};
            operation.target = erase.target;
            operation.length = erase.length;
            call(operation);
        }
    }
}

// ---- writing ----

void Sequence::write(const StateVector& known, UpdateWriter& writer) const {
    for (const auto& [actor, clock] : clocks_) {
        const std::uint64_t from = rga::clock_of(known, actor);
        if (from < clock) {
            write_log(actor, from, writer);
        }
    }
}

void Sequence::write_log(std::uint64_t actor, std::uint64_t known, UpdateWriter& writer) const {
    const ActorLog& log = logs_.at(actor);
    auto span = log.spans.upper_bound(known);
    if (span != log.spans.begin()) {
        --span;  // may reach beyond `known`
    }
    auto erase = log.erases.lower_bound(known);
    while (span != log.spans.end() || erase != log.erases.end()) {
        const bool is_insert =
            erase == log.erases.end() || (span != log.spans.end() && span->first < erase->first);
        Operation operation;
        if (is_insert) {
            operation = insert_of(spans_[span->second]);
            ++span;
        } else {
            operation.kind = Operation::Kind::erase;
            operation.id = {actor, erase->first};
            operation.target = erase->second.target;
            operation.length = erase->second.length;
            ++erase;
        }
        if (operation.end() > known) {
            const std::uint64_t skipped = known - std::min(known, operation.id.clock);
            writer.add(skipped == 0 ? operation : operation.without(skipped));
        }
    }
}

Operation Sequence::insert_of(const Span& span) const {
    Operation operation;
    operation.kind = span.is_first ? Operation::Kind::insert_first : Operation::Kind::insert_behind;
    operation.id = span.id;
    operation.sum = span.sum;
    operation.length = span.length;
    operation.text = text(span);
    if (span.is_first) {
        operation.root = roots_[span.root].name;
    } else {
        operation.target = span.left;
    }
    return operation;
}

// ---- positions ----

std::optional<std::uint32_t> Sequence::find_root(std::string_view name) const {
    const auto found = root_ids_.find(name);
    return found == root_ids_.end() ? std::nullopt : std::optional(found->second);
}

Result<Sequence::Place> Sequence::find(std::uint32_t root_id, std::uint64_t position) {
    if (position == 0) {
        found_ = {};
        return Place{};
    }
    if (found_.span == no_span || found_.root != root_id) {
        found_ = {root_id, roots_[root_id].first, 0};
    }
    // The span that holds the unit in front of the position.
    while (found_.before >= position) {
        found_.span = spans_[found_.span].previous;
        found_.before -= spans_[found_.span].visible_units();
    }
    while (found_.before + spans_[found_.span].visible_units() < position) {
        found_.before += spans_[found_.span].visible_units();
        found_.span = spans_[found_.span].next;
    }
    const Span& span = spans_[found_.span];
    const std::uint64_t characters = characters_in(span, text(span), position - found_.before);
    if (characters > span.length) {
        return Error{Code::invalid,
                     "position " + std::to_string(position) + " is inside a character", 0};
    }
    return Place{found_.span, characters};
}

Result<std::vector<std::pair<Id, std::uint64_t>>>
Sequence::characters(std::uint32_t root_id, Place from, std::uint64_t units) const {
    std::vector<std::pair<Id, std::uint64_t>> ranges;
    SpanIndex index = from.span == no_span ? roots_[root_id].first : from.span;
    std::uint64_t skipped = from.characters;
    for (; units > 0; index = spans_[index].next, skipped = 0) {
        const Span& span = spans_[index];
        if (span.erased || skipped == span.length) {
            continue;
        }
        std::string_view rest = text(span);
        const bool one_each = span.bytes == span.units;
        rest.remove_prefix(one_each ? skipped : offset_of_character(rest, skipped));
        const std::uint64_t there = one_each ? span.units - skipped : size_of(rest).units;
        const std::uint64_t taken = std::min(there, units);
        const auto length = one_each ? std::optional(taken) : characters_before(rest, taken);
        if (!length) {
            return Error{Code::invalid, "the end of what is to be deleted is inside a character",
                         0};
        }
        const Id first{span.id.actor, span.id.clock + skipped};
        const bool joins = !ranges.empty() && ranges.back().first.actor == first.actor &&
                           ranges.back().first.clock + ranges.back().second == first.clock;
        if (joins) {
            ranges.back().second += *length;
        } else {
            ranges.emplace_back(first, *length);
        }
        units -= taken;
    }
    return ranges;
}

// ---- sizes ----

std::uint64_t Sequence::bytes_for(const Operation& operation) {
    const std::uint64_t spans = 2 * span_bytes;  // its own, or the rest of those that it cuts
    const std::uint64_t own = operation.inserts() ? operation.text.size() + sizeof(Root) +
                                                        node_bytes + 2 * operation.root.size()
                                                  : erase_bytes + node_bytes;
    return spans + own + 2 * node_bytes;
}

std::size_t Sequence::erased_spans() const {
    return static_cast<std::size_t>(
        std::count_if(spans_.begin(), spans_.end(), [](const Span& span) { return span.erased; }));
}

}  // namespace weft::rga
