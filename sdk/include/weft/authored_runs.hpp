// Who wrote the rows of a document and when: runs of neighbouring rows by one author.
//
// As stores keep them beside a part:
//
//   runs     varuint author_count, author*, varuint run_count, run*
//   author   varstring                       each once; the empty one is nobody in particular
//   run      varuint author (its place in the list), varuint rows, varuint since, varuint lasted
//   since    from the end of the run before (at first: from 1970) to the beginning, in ms; zigzag, for clocks go back
//   lasted   from the first row of the run to the last, in ms
#pragma once

#include <weft/codec.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weft {

/// `rows` neighbouring rows by one author; the runs of a part together count its seqs.
struct AuthoredRun {
    std::uint64_t rows = 0;
    std::int64_t first_unix_ms = 0;
    std::int64_t last_unix_ms = 0;
    std::string author;  // empty: nobody in particular
};

inline constexpr std::int64_t authored_pause_ms = 5 * 60 * 1000;

/// Behind `runs`; one run with the last of them when its author goes on within five minutes.
inline void add_run(std::vector<AuthoredRun>& runs, AuthoredRun run) {
    if (run.rows == 0) {
        return;
    }
    if (!runs.empty() && runs.back().author == run.author) {
        AuthoredRun& last = runs.back();
        const std::int64_t pause = run.first_unix_ms - last.last_unix_ms;
        if (pause >= -authored_pause_ms && pause <= authored_pause_ms) {
            last.rows += run.rows;
            last.last_unix_ms = std::max(last.last_unix_ms, run.last_unix_ms);
            return;
        }
    }
    runs.push_back(std::move(run));
}

inline std::uint64_t rows_of(const std::vector<AuthoredRun>& runs) {
    std::uint64_t rows = 0;
    for (const AuthoredRun& run : runs) {
        rows += run.rows;
    }
    return rows;
}

/// The first `rows` rows of `runs`, which loses them. A run that is cut keeps its times on both sides.
inline std::vector<AuthoredRun> take_rows(std::vector<AuthoredRun>& runs, std::uint64_t rows) {
    std::vector<AuthoredRun> taken;
    auto next = runs.begin();
    for (; next != runs.end() && rows > 0; ++next) {
        AuthoredRun run = *next;
        run.rows = std::min(run.rows, rows);
        rows -= run.rows;
        next->rows -= run.rows;
        taken.push_back(std::move(run));
        if (next->rows > 0) {
            break;
        }
    }
    runs.erase(runs.begin(), next);
    return taken;
}

namespace detail {

inline std::uint64_t zigzag(std::int64_t value) {
    return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t from_zigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

}  // namespace detail

inline Bytes encode_runs(const std::vector<AuthoredRun>& runs) {
    std::vector<std::string_view> authors;
    std::vector<std::size_t> author_of;
    for (const AuthoredRun& run : runs) {
        const auto known = std::find(authors.begin(), authors.end(), run.author);
        author_of.push_back(static_cast<std::size_t>(known - authors.begin()));
        if (known == authors.end()) {
            authors.push_back(run.author);
        }
    }
    Bytes out;
    Writer writer(out);
    writer.varuint(authors.size());
    for (const std::string_view author : authors) {
        writer.varstring(author);
    }
    writer.varuint(runs.size());
    std::int64_t before = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const AuthoredRun& run = runs[i];
        const std::int64_t lasted = std::max<std::int64_t>(run.last_unix_ms - run.first_unix_ms, 0);
        writer.varuint(author_of[i]);
        writer.varuint(run.rows);
        writer.varuint(detail::zigzag(run.first_unix_ms - before));
        writer.varuint(static_cast<std::uint64_t>(lasted));
        before = run.first_unix_ms + lasted;
    }
    return out;
}

/// Nothing if the bytes are not what `encode_runs` makes of runs with `rows` rows.
inline std::optional<std::vector<AuthoredRun>> decode_runs(BytesView bytes, std::uint64_t rows) {
    Reader reader(bytes);
    std::vector<std::string_view> authors;
    for (std::uint64_t left = reader.varuint(); left > 0 && reader.ok(); --left) {
        authors.push_back(reader.varstring());
    }
    std::vector<AuthoredRun> runs;
    std::int64_t before = 0;
    for (std::uint64_t left = reader.varuint(); left > 0 && reader.ok(); --left) {
        const std::uint64_t author = reader.varuint();
        AuthoredRun run;
        run.rows = reader.varuint();
        run.first_unix_ms = before + detail::from_zigzag(reader.varuint());
        run.last_unix_ms = run.first_unix_ms + static_cast<std::int64_t>(reader.varuint());
        if (!reader.ok() || author >= authors.size()) {
            return std::nullopt;
        }
        run.author = authors[author];
        before = run.last_unix_ms;
        runs.push_back(std::move(run));
    }
    if (!reader.ok() || !reader.at_end() || rows_of(runs) != rows) {
        return std::nullopt;
    }
    return runs;
}

}  // namespace weft
