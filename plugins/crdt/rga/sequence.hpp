// The replicated growable array: all characters of a document in the order that every replica gives them, and all operations
// that led there.
//
//   H.-G. Roh, M. Jeon, J.-S. Kim, J. Lee: Replicated abstract data types: Building blocks for collaborative applications.
//   Journal of Parallel and Distributed Computing 71 (2011).
//
// Characters that were inserted together and stand together are one span. Erased ones stay as tombstones, because others may
// still insert behind them. The state depends on the set of operations alone, not on the order in which they came.
#pragma once

#include "update.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::rga {

using SpanIndex = std::uint32_t;
inline constexpr SpanIndex no_span = ~SpanIndex{0};

/// Characters with consecutive ids, each behind the one before.
struct Span {
    Id id;    // of the first character
    Id left;  // what that was inserted behind; of no meaning at the beginning of a root
    std::uint64_t sum = 0;     // as its author says
    std::uint64_t order = 0;   // the same, raised above that of `left`: so it always orders
    std::uint64_t length = 0;  // characters
    std::uint64_t units = 0;   // UTF-16
    std::size_t text = 0;      // where its text begins
    std::size_t bytes = 0;
    std::uint32_t root = 0;
    SpanIndex previous = no_span;
    SpanIndex next = no_span;
    bool is_first = false;  // inserted at the beginning of the root
    bool erased = false;

    Id last() const { return {id.actor, id.clock + length - 1}; }
    std::uint64_t visible_units() const { return erased ? 0 : units; }
};

class Sequence {
public:
    /// A position in a text: behind `characters` characters of a span; no span: at the beginning.
    struct Place {
        SpanIndex span = no_span;
        std::uint64_t characters = 0;
    };

    /// The clock of the actor's next operation.
    std::uint64_t clock_of(std::uint64_t actor) const { return rga::clock_of(clocks_, actor); }
    const StateVector& state_vector() const { return clocks_; }
    /// How many operations there are: the sum of the vector clock.
    std::uint64_t operations() const { return operations_; }

    /// Whether known clocks are all of characters, none of an erase.
    bool are_characters(const Id& first, std::uint64_t length) const;

    /// Where an operation works: `behind_found` when it changes nothing before the place that `find` gave last.
    enum class Where { anywhere, behind_found };

    /// Takes the next operation of its actor, whose targets are known characters.
    void integrate(const Operation& operation, Where where = Where::anywhere);

    /// Gives `writer` all operations that `known` lacks.
    void write(const StateVector& known, UpdateWriter& writer) const;

    // Reading. Roots are numbered in the order in which they came.
    std::optional<std::uint32_t> find_root(std::string_view name) const;
    const std::map<std::string, std::uint32_t, std::less<>>& roots() const { return root_ids_; }
    std::uint64_t units(std::uint32_t root) const { return roots_[root].units; }
    SpanIndex first(std::uint32_t root) const { return roots_[root].first; }
    const Span& span(SpanIndex index) const { return spans_[index]; }
    std::string_view text(const Span& span) const {
        return std::string_view(text_).substr(span.text, span.bytes);
    }
    /// The span that holds a known character.
    const Span& span_of(const Id& id) const;

    /// Behind so many visible units, of which there are as many; `invalid` inside a character. The place is remembered, so
    /// that finding one nearby costs little.
    Result<Place> find(std::uint32_t root, std::uint64_t position);

    /// Ids of the visible characters from a place on, `units` of them; `invalid` when that ends inside a character.
    Result<std::vector<std::pair<Id, std::uint64_t>>> characters(std::uint32_t root, Place from,
                                                                 std::uint64_t units) const;

    /// Erased characters of each actor, as ranges of clocks.
    using Ranges = std::map<std::uint64_t, std::uint64_t>;
    const Ranges& erased_of(std::uint64_t actor) const;
    /// All erases, ascending by id.
    void each_erase(const std::function<void(const Operation&)>& call) const;

    std::uint64_t memory_bytes() const { return bytes_ + text_.size(); }
    /// The most that `memory_bytes` can grow by one operation.
    static std::uint64_t bytes_for(const Operation& operation);

    std::size_t spans() const { return spans_.size(); }
    std::size_t erased_spans() const;

private:
    struct Erase {
        Id target;
        std::uint64_t length = 0;
    };
    struct ActorLog {
        std::map<std::uint64_t, SpanIndex> spans;  // by the clock of their first character
        std::map<std::uint64_t, Erase> erases;     // by their clock
        Ranges erased;                             // of this actor's characters
    };
    struct Root {
        std::string name;
        SpanIndex first = no_span;
        std::uint64_t units = 0;
    };
    /// Where `find` was last: the span, and the visible units before it.
    struct Found {
        std::uint32_t root = 0;
        SpanIndex span = no_span;
        std::uint64_t before = 0;
    };

    void integrate_insert(const Operation& operation);
    void integrate_erase(const Operation& operation);
    std::uint32_t root(std::string_view name);
    SpanIndex index_of(const Id& id) const;
    ActorLog& log_of(std::uint64_t actor);
    SpanIndex split_behind(const Id& id);
    SpanIndex add_span(const Span& span, SpanIndex left);
    void split(SpanIndex index, std::uint64_t characters);
    bool extend(SpanIndex left, const Operation& operation, std::uint64_t order);
    void erase_spans(std::uint64_t actor, std::uint64_t begin, std::uint64_t end);
    void write_log(std::uint64_t actor, std::uint64_t known, UpdateWriter& writer) const;
    Operation insert_of(const Span& span) const;

    std::map<std::uint64_t, ActorLog> logs_;
    StateVector clocks_;
    std::uint64_t operations_ = 0;
    std::uint64_t bytes_ = 0;  // accounted, without the text
    std::vector<Span> spans_;
    std::string text_;
    std::vector<Root> roots_;
    std::map<std::string, std::uint32_t, std::less<>> root_ids_;
    Found found_;
};

/// Adds a range, and calls `call(begin, end)` for each part of it that was not there.
template <class Call>
void add_range(Sequence::Ranges& ranges, std::uint64_t begin, std::uint64_t end, Call&& call) {
    auto at = ranges.upper_bound(begin);
    if (at != ranges.begin() && std::prev(at)->second >= begin) {
        --at;
    }
    std::uint64_t from = begin;
    std::uint64_t joined_begin = begin;
    std::uint64_t joined_end = end;
    while (at != ranges.end() && at->first <= end) {
        if (at->first > from) {
            call(from, at->first);
        }
        from = std::max(from, at->second);
        joined_begin = std::min(joined_begin, at->first);
        joined_end = std::max(joined_end, at->second);
        at = ranges.erase(at);
    }
    if (from < end) {
        call(from, end);
    }
    ranges.emplace_hint(at, joined_begin, joined_end);
}

}  // namespace weft::rga
