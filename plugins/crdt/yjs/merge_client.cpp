#include "merge_client.hpp"

#include <algorithm>
#include <deque>
#include <limits>

namespace weft::yjs {
namespace {

constexpr std::uint64_t no_clock = std::numeric_limits<std::uint64_t>::max();

enum class Level : std::uint8_t { content, deleted, collected };

Level level_of(const StructView& view) {
    return !view.is_item()                           ? Level::collected
           : view.content.ref == ContentRef::deleted ? Level::deleted
                                                     : Level::content;
}

/// An input with the struct at its cursor.
struct Cursor : MergeInput {
    std::uint64_t end = 0;
    std::size_t size = 0;
    Level level = Level::content;
    bool as_written = false;  // the struct's bytes may be copied
    bool joins =
        true;  // a GC may go into the GC before it: not right behind one of the same update

    explicit Cursor(const MergeInput& input) : MergeInput(input) { load(); }

    void next() {
        run.clock = end;
        run.bytes = run.bytes.subspan(size);
        --run.count;
        load();
    }

    StructView view() const {
        StructView view;
        std::size_t view_size = 0;
        peek_struct(run, view, view_size);
        return view;
    }

private:
    void load() {
        StructView view;
        while (!run.at_end() && peek_struct(run, view, size)) {
            if (view.content.ref != ContentRef::skip) {
                end = view.end();
                level = level_of(view);
                as_written = is_plain(view);
                return;
            }
            skip_struct(run, view, size);
        }
    }
};

/// Merges what the updates have of one client.
class ClientMerge {
public:
    ClientMerge(std::vector<MergeInput>& inputs, MergeTurns& turns, MergedStructs& out)
        : inputs_(inputs), turns_(turns), out_(out) {
        turns_.begin_client();
        const auto before = [&](const MergeInput& a, const MergeInput& b) {
            return turns_.comes_before(a, b);
        };
        if (!std::is_sorted(inputs_.begin(), inputs_.end(), before)) {
            std::sort(inputs_.begin(), inputs_.end(), before);
        }
    }

    void run() {
        merge();
        if (rule_ == Rule::first && better_was_passed_) {
            start_again();
            merge();
        }
    }

private:
    /// Which of several structs of the same units is kept. As a rule all know the same of them, and which was taken first is
    /// what Yjs keeps; only when that would lose something, all is done once more with an eye on what is best.
    enum class Rule : bool { first, best };

    void merge() {
        while (next_clock() != no_clock && !better_was_passed_) {
            if (try_copy_run()) {
                continue;
            }
            Cursor cursor = take_first();
            take_from(cursor);
            put_back(std::move(cursor));
            write_waiting(next_clock());
        }
    }

    void start_again() {
        rule_ = Rule::best;
        better_was_passed_ = false;
        next_input_ = 0;
        started_.clear();
        turns_.take_back();
        out_.restart_client();
    }

    /// A struct without content that something better may still begin inside of.
    struct Waiting {
        StructView view;
        std::uint64_t from = 0;
        std::uint64_t end = 0;
        bool joins = false;
    };

    bool first_is_started() const {
        return !started_.empty() && (next_input_ == inputs_.size() ||
                                     turns_.comes_before(started_.front(), inputs_[next_input_]));
    }

    /// Where the next struct begins that was not taken yet.
    std::uint64_t next_clock() const {
        const std::uint64_t started = started_.empty() ? no_clock : started_.front().run.clock;
        return next_input_ == inputs_.size() ? started
                                             : std::min(started, inputs_[next_input_].run.clock);
    }

    /// What most updates are: a run that has its clocks to itself.
    bool try_copy_run() {
        if (first_is_started() || !nothing_waits()) {
            return false;
        }
        const MergeInput& input = inputs_[next_input_];
        const bool is_alone = (started_.empty() || started_.front().run.clock >= input.run.end) &&
                              (next_input_ + 1 == inputs_.size() ||
                               inputs_[next_input_ + 1].run.clock >= input.run.end);
        if (!input.run.plain || !is_alone || input.run.clock < out_.written()) {
            return false;
        }
        out_.copy(input.run.bytes, input.run.count, input.run.clock, input.run.end);
        turns_.took(input.update);
        ++next_input_;
        return true;
    }

    Cursor take_first() {
        if (!first_is_started()) {
            return Cursor(inputs_[next_input_++]);
        }
        std::pop_heap(started_.begin(), started_.end(), comes_later_);
        Cursor first = std::move(started_.back());
        started_.pop_back();
        return first;
    }

    void put_back(Cursor cursor) {
        turns_.took(cursor.update);
        if (!cursor.run.at_end()) {
            started_.push_back(std::move(cursor));
            std::push_heap(started_.begin(), started_.end(), comes_later_);
        }
    }

    /// Takes structs as long as they follow on what has been written.
    void take_from(Cursor& cursor) {
        bool moved = false;
        while (!cursor.run.at_end() && cursor.end <= covered(cursor.level)) {
            compare_with_written(cursor);
            cursor.next();
            cursor.joins = true;
            moved = true;
        }
        if (cursor.run.at_end() || (moved && cursor.run.clock > covered(cursor.level))) {
            return;
        }
        do {
            if (rule_ == Rule::first) {
                compare_with_written(cursor);
                write_first(cursor);
            } else if (cursor.level == Level::content) {
                write_content_of(cursor);
            } else {
                waiting_of(cursor.level)
                    .push_back({cursor.view(), std::max(cursor.run.clock, covered(cursor.level)),
                                cursor.end, cursor.joins});
                write_waiting(next_clock());
            }
            const std::uint64_t end = cursor.end;
            cursor.next();
            cursor.joins = out_.joined() || cursor.run.clock != end;
        } while (!cursor.run.at_end() && cursor.run.clock == out_.written() && nothing_waits());
    }

    void write_first(const Cursor& cursor) {
        const std::uint64_t from = std::max(cursor.run.clock, out_.written());
        if (from == cursor.run.clock && cursor.as_written) {
            out_.copy(cursor.run.bytes.first(cursor.size), 1, from, cursor.end);
        } else {
            out_.write(cursor.view(), from, cursor.end, cursor.joins);
        }
        if (cursor.level != Level::content) {
            (cursor.level == Level::deleted ? written_deleted_ : written_collected_)
                .push_back({from, cursor.end});
        }
    }

    /// Notes it if a struct knows more of units that are written than what was written of them.
    void compare_with_written(const Cursor& cursor) {
        const auto has_any_of = [&](const std::vector<Span>& spans) {
            const std::uint64_t end = std::min(cursor.end, out_.written());
            const auto behind = std::partition_point(
                spans.begin(), spans.end(), [&](const Span& span) { return span.from < end; });
            return behind != spans.begin() && std::prev(behind)->end > cursor.run.clock;
        };
        if (rule_ == Rule::first && cursor.run.clock < out_.written()) {
            better_was_passed_ =
                better_was_passed_ ||
                (cursor.level != Level::collected && has_any_of(written_collected_)) ||
                (cursor.level == Level::content && has_any_of(written_deleted_));
        }
    }

    void write_content_of(const Cursor& cursor) {
        const std::uint64_t from = std::max(cursor.run.clock, out_.written());
        write_waiting(from, Cut::at_limit);
        if (from == cursor.run.clock && cursor.as_written) {
            out_.copy(cursor.run.bytes.first(cursor.size), 1, from, cursor.end);
        } else {
            out_.write(cursor.view(), from, cursor.end, false);
        }
    }

    /// Up to where all is written, or waits at this level or a better one.
    std::uint64_t covered(Level level) const {
        std::uint64_t clock = out_.written();
        if (level != Level::content && !deleted_.empty()) {
            clock = std::max(clock, deleted_.back().end);
        }
        if (level == Level::collected && !collected_.empty()) {
            clock = std::max(clock, collected_.back().end);
        }
        return clock;
    }

    std::deque<Waiting>& waiting_of(Level level) {
        return level == Level::deleted ? deleted_ : collected_;
    }

    bool nothing_waits() const { return deleted_.empty() && collected_.empty(); }

    enum class Cut : bool { nothing, at_limit };

    /// Writes what waits and begins before `limit`, where something better may begin: what ends before it, or all of it up
    /// to there.
    void write_waiting(std::uint64_t limit, Cut cut = Cut::nothing) {
        for (drop_written(); !nothing_waits(); drop_written()) {
            const std::uint64_t deleted = first_of(deleted_);
            const std::uint64_t collected = first_of(collected_);
            const Waiting& first = deleted <= collected ? deleted_.front() : collected_.front();
            const std::uint64_t from = std::min(deleted, collected);
            const std::uint64_t whole =
                deleted <= collected ? first.end : std::min(first.end, deleted);
            const std::uint64_t end = cut == Cut::at_limit ? std::min(whole, limit) : whole;
            if (from >= limit || end > limit) {
                return;
            }
            out_.write(first.view, from, end, first.joins);
        }
    }

    std::uint64_t first_of(const std::deque<Waiting>& waiting) const {
        return waiting.empty() ? no_clock : std::max(waiting.front().from, out_.written());
    }

    void drop_written() {
        for (std::deque<Waiting>* waiting : {&deleted_, &collected_}) {
            while (!waiting->empty() && waiting->front().end <= out_.written()) {
                waiting->pop_front();
            }
        }
    }

    std::vector<MergeInput>& inputs_;  // in the order in which they begin
    std::size_t next_input_ = 0;
    MergeTurns& turns_;
    MergedStructs& out_;
    std::vector<Cursor> started_;  // a heap with the first on top
    Rule rule_ = Rule::first;

    // By the rule of the first: where something without content was written, and whether something better came then.
    struct Span {
        std::uint64_t from = 0;
        std::uint64_t end = 0;
    };
    std::vector<Span> written_deleted_;
    std::vector<Span> written_collected_;
    bool better_was_passed_ = false;

    // By the rule of the best.
    std::deque<Waiting> deleted_;
    std::deque<Waiting> collected_;

    struct ComesLater {
        const MergeTurns& turns;
        bool operator()(const Cursor& a, const Cursor& b) const { return turns.comes_before(b, a); }
    } comes_later_{turns_};
};

}  // namespace

void merge_client(std::vector<MergeInput>& inputs, MergeTurns& turns, MergedStructs& out) {
    ClientMerge(inputs, turns, out).run();
}

}  // namespace weft::yjs
