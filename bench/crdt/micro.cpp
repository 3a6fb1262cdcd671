// Micro cases of the engine behind the crdt seam, on a text that a seeded author has typed all over. What they tell is how a
// single operation changes from one day to the next; for the comparison with other engines there is bench/run crdt.
#include "authors.hpp"
#include "yjs_crdt.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <random>

namespace weft::bench {
namespace {

const Crdt& engine() {
    static const yjs::YjsCrdt crdt{yjs::YjsOptions{}};
    return crdt;
}

constexpr std::uint64_t author = 0xbad5eed1;

/// A text that was edited at random positions, so that no two edits join: the opposite of a fluently typed one.
class Scattered {
public:
    explicit Scattered(std::uint64_t actor) : replica_(new_replica(engine(), actor)) {}

    /// Inserts three characters or deletes two somewhere, and gives the update until the next one.
    BytesView edit() {
        const std::uint64_t position = random_() % (length_ + 1);
        const bool deletes = length_ - position >= 2 && random_() % 3 == 0;
        const EditView edit = deletes ? EditView::delete_text(text_root, position, 2)
                                      : EditView::insert_text(text_root, position, "abc");
        length_ = deletes ? length_ - 2 : length_ + 3;
        const Result<BytesView> update = replica_->edit({&edit, 1});
        if (!update) {
            std::abort();
        }
        return *update;
    }

    Replica& replica() { return *replica_; }
    std::uint64_t length() const { return length_; }

private:
    std::unique_ptr<Replica> replica_;
    std::mt19937_64 random_{42};
    std::uint64_t length_ = 0;
};

Messages scattered_messages(std::int64_t count) {
    Scattered text(author);
    Messages messages;
    for (std::int64_t i = 0; i < count; ++i) {
        messages.append(text.edit());
    }
    return messages;
}

Bytes scattered_state(std::int64_t count) {
    Scattered text(author);
    for (std::int64_t i = 0; i < count; ++i) {
        text.edit();
    }
    Bytes state;
    (void)text.replica().diff({}, state);
    return state;
}

void count_edits(benchmark::State& state, std::int64_t per_round = 1) {
    state.SetItemsProcessed(state.iterations() * per_round);
}

/// Checks an update whole, and changes nothing.
void decode(benchmark::State& state) {
    const Bytes update = scattered_state(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(engine().check(update).ok());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(update.size()));
}

void integrate(benchmark::State& state) {
    const Messages messages = scattered_messages(state.range(0));
    const std::vector<BytesView> views = messages.views();
    Applied applied;
    for (auto _ : state) {
        const auto replica = new_replica(engine(), 0);
        for (const BytesView view : views) {
            apply_one(*replica, view, applied);
        }
    }
    count_edits(state, state.range(0));
}

void load(benchmark::State& state) {
    const Bytes update = scattered_state(state.range(0));
    const BytesView view = update;
    for (auto _ : state) {
        const auto replica = new_replica(engine(), 0);
        benchmark::DoNotOptimize(replica->load({&view, 1}).ok());
    }
    count_edits(state, state.range(0));
}

void edit_at_random_positions(benchmark::State& state) {
    Scattered text(author);
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        text.edit();
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(text.edit().data());
    }
    count_edits(state);
}

void edit_behind_the_last(benchmark::State& state) {
    Scattered text(author);
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        text.edit();
    }
    std::uint64_t caret = text.length() / 2;
    for (auto _ : state) {
        const EditView edit = EditView::insert_text(text_root, caret++, "x");
        benchmark::DoNotOptimize(text.replica().edit({&edit, 1}).ok());
    }
    count_edits(state);
}

void read_text(benchmark::State& state) {
    const Bytes update = scattered_state(state.range(0));
    const BytesView view = update;
    const auto replica = new_replica(engine(), 0);
    (void)replica->load({&view, 1});
    std::size_t bytes = 0;
    for (auto _ : state) {
        bytes = text_of(*replica).size();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void read_a_screenful(benchmark::State& state) {
    Scattered text(author);
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        text.edit();
    }
    std::mt19937_64 random(1);
    for (auto _ : state) {
        const std::uint64_t from = random() % (text.length() - 1000);
        benchmark::DoNotOptimize(text.replica().text(text_root, from, 1000).ok());
    }
}

/// What a client lacks that has been away for the last tenth of the edits.
void diff(benchmark::State& state) {
    Scattered text(author);
    Bytes known;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        if (i == state.range(0) * 9 / 10) {
            text.replica().state_vector(known);
        }
        text.edit();
    }
    Bytes missing;
    for (auto _ : state) {
        missing.clear();
        benchmark::DoNotOptimize(text.replica().diff(known, missing).ok());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(missing.size()));
}

void merge(benchmark::State& state) {
    const Messages messages = scattered_messages(state.range(0));
    const std::vector<BytesView> views = messages.views();
    for (auto _ : state) {
        Bytes merged;
        benchmark::DoNotOptimize(engine().merge(views, merged).ok());
    }
    count_edits(state, state.range(0));
}

BENCHMARK(decode)->Arg(1)->Arg(10'000);
BENCHMARK(integrate)->RangeMultiplier(10)->Range(100, 100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(load)->RangeMultiplier(10)->Range(100, 100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(edit_at_random_positions)->RangeMultiplier(10)->Range(100, 100'000);
BENCHMARK(edit_behind_the_last)->RangeMultiplier(10)->Range(100, 100'000);
BENCHMARK(read_text)->RangeMultiplier(10)->Range(1'000, 100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(read_a_screenful)->RangeMultiplier(10)->Range(10'000, 100'000);
BENCHMARK(diff)->RangeMultiplier(10)->Range(1'000, 100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(merge)->RangeMultiplier(10)->Range(100, 100'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace weft::bench

BENCHMARK_MAIN();
