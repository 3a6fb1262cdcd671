// Compaction: rows of the tail become segments, and with them perhaps a keyframe.
#include "history_writer.hpp"
#include "stored_history.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace weft::storage {

using namespace storage_rules;

Result<void> HistoryWriter::compact(const CompactRequest& request, std::int64_t now_ms,
                                    Result<StorageDone>& outcome) {
    const Result<Place> place = find(request.document, request.epoch);
    if (!place) {
        return refuse_or_end(place.error(), outcome);
    }
    const std::uint64_t through = request.segments.back().last_seq;
    if (place->covered != request.expect_covered) {
        outcome = other_covered(request, place->covered);
        return {};
    }
    if (through > place->head) {
        outcome = other_rows(request);
        return {};
    }
    if (const Result<void> checked = check_versions(request, *place); !checked) {
        return refuse_or_end(checked.error(), outcome);
    }
    const Result<std::vector<Covered>> chunks = chunks_behind(*place, request.document, through);
    if (!chunks) {
        return refuse_or_end(chunks.error(), outcome);
    }
    Result<CoveredRows> rows = read_covered(*chunks, through, request.document);
    if (!rows) {
        return refuse_or_end(rows.error(), outcome);
    }
    if (rows->marks.back() != request.through_mark) {
        outcome = other_rows(request);
        return {};
    }
    if (Result<void> written = write_segments(request, *place, *rows, now_ms); !written) {
        return written;
    }
    if (Result<void> shown = show_content(request, *place); !shown) {
        return shown;
    }
    return shorten_tail(*chunks, *rows);
}

Result<void> HistoryWriter::show_content(const CompactRequest& request, const Place& place) {
    const std::uint64_t seq = request.segments.back().last_seq;
    if (!request.content || seq < place.content_seq) {
        return {};
    }
    write_content_.bind(1, place.key);
    write_content_.bind(2, std::string_view(*request.content));
    if (Result<void> written = write_content_.run(); !written) {
        return written;
    }
    show_.bind(1, place.key);
    show_.bind(2, seq);
    return show_.run();
}

Result<void> HistoryWriter::check_versions(const CompactRequest& request, const Place& place) {
    const std::uint64_t through = request.segments.back().last_seq;
    const Use use(versions_);
    versions_.bind(1, place.key);
    for (;;) {
        const Result<bool> row = versions_.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return {};
        }
        const std::uint64_t seq = versions_.natural(1);
        if (seq > place.covered && seq < through && !ends_segment(request, seq)) {
            return version_inside(request.document, versions_.natural(0), seq);
        }
    }
}

/// The chunks from the covered seq to the one that holds `through`, found from the head backwards.
Result<std::vector<HistoryWriter::Covered>>
HistoryWriter::chunks_behind(const Place& place, const std::string& document,
                             std::uint64_t through) {
    std::vector<Covered> chunks;
    std::int64_t key = place.tail;
    for (std::uint64_t last = place.head; last > place.covered;) {
        const Use use(link_);
        link_.bind(1, key);
        const Result<bool> found = link_.step();
        if (!found) {
            return found.error();
        }
        if (!*found || link_.integer(0) != place.key || link_.natural(2) != last ||
            link_.natural(1) == 0 || link_.natural(1) > last) {
            return damaged_at(document, last);
        }
        const SeqRange seqs{link_.natural(1), last};
        if (seqs.first <= through) {
            chunks.push_back({key, seqs});
        }
        key = link_.integer(3);
        last = seqs.first - 1;
    }
    if (chunks.empty() || chunks.back().seqs.first != place.covered + 1) {
        return damaged_at(document, place.covered + 1);
    }
    std::reverse(chunks.begin(), chunks.end());
    return chunks;
}

Result<HistoryWriter::CoveredRows> HistoryWriter::read_covered(const std::vector<Covered>& chunks,
                                                               std::uint64_t through,
                                                               const std::string& document) {
    CoveredRows rows;
    for (const Covered& chunk : chunks) {
        if (const Result<void> added = add_covered(chunk, through, document, rows); !added) {
            return added.error();
        }
    }
    return rows;
}

Result<void> HistoryWriter::add_covered(const Covered& chunk, std::uint64_t through,
                                        const std::string& document, CoveredRows& rows) {
    const Use use(chunk_);
    chunk_.bind(1, chunk.key);
    const Result<bool> found = chunk_.step();
    if (!found) {
        return found.error();
    }
    const SeqRange seqs = chunk.seqs;
    std::optional<std::vector<AuthoredRun>> authored;
    if (*found && mark_count(chunk_.bytes(2)) == seqs.count()) {
        authored = runs_in(chunk_, 5, seqs.count(), chunk_.integer(6));
    }
    if (!authored) {
        return damaged_at(document, seqs.first);
    }
    const std::uint64_t covered = std::min(seqs.last, through) - seqs.first + 1;
    for (std::size_t i = 0; i < covered; ++i) {
        rows.marks.push_back(mark_at(chunk_.bytes(2), i));
    }
    for (AuthoredRun& run : take_rows(*authored, covered)) {
        rows.authored.push_back(std::move(run));
    }
    rows.bytes += chunk_.bytes(4).size();
    if (covered == seqs.count()) {
        return {};
    }
    auto parts = unpack({seqs, chunk_.bytes(2), chunk_.text(3), chunk_.bytes(4)});
    if (!parts) {
        return damaged_at(document, seqs.first);
    }
    parts->erase(parts->begin(), parts->begin() + static_cast<std::ptrdiff_t>(covered));
    for (const StoredPart& part : *parts) {
        rows.bytes -= part.bytes.size();
    }
    rows.rest = *std::move(parts);
    rows.rest_authored = *std::move(authored);
    return {};
}

/// The segments, the keyframe, and where the document stands then.
Result<void> HistoryWriter::write_segments(const CompactRequest& request, const Place& place,
                                           CoveredRows& rows, std::int64_t now_ms) {
    auto bytes = -static_cast<std::int64_t>(rows.bytes);
    std::uint64_t covered = place.covered;
    for (const NewSegment& segment : request.segments) {
        const SeqRange seqs{covered + 1, segment.last_seq};
        covered = segment.last_seq;
        std::vector<AuthoredRun> authored;
        for (AuthoredRun& run : take_rows(rows.authored, seqs.count())) {
            add_run(authored, std::move(run));
        }
        if (Result<void> inserted =
                insert_segment(place.key, seqs, rows.marks[covered - place.covered - 1],
                               segment.bytes.view(), authored, now_ms);
            !inserted) {
            return inserted;
        }
        bytes += static_cast<std::int64_t>(segment.bytes.size());
    }
    if (request.keyframe) {
        if (Result<void> written = write_keyframe(request, place, now_ms); !written) {
            return written;
        }
        bytes += static_cast<std::int64_t>(request.keyframe->size());
    }
    cover_.bind(1, place.key);
    cover_.bind(2, covered);
    cover_.bind(3, covered == place.head ? std::int64_t{0} : place.tail);
    cover_.bind(4, bytes);
    return cover_.run();
}

Result<void> HistoryWriter::insert_segment(std::int64_t key, SeqRange seqs, std::uint64_t mark,
                                           BytesView bytes,
                                           const std::vector<AuthoredRun>& authored,
                                           std::int64_t now_ms) {
    const Bytes runs = encode_runs(authored);
    insert_segment_.bind(1, key);
    insert_segment_.bind(2, seqs.first);
    insert_segment_.bind(3, seqs.last);
    insert_segment_.bind(4, mark);
    insert_segment_.bind(5, std::uint64_t{bytes.size()});
    insert_segment_.bind(6, bytes);
    insert_segment_.bind(7, now_ms);
    insert_segment_.bind(8, BytesView(runs));
    return insert_segment_.run();
}

Result<void> HistoryWriter::write_keyframe(const CompactRequest& request, const Place& place,
                                           std::int64_t now_ms) {
    insert_keyframe_.bind(1, place.key);
    insert_keyframe_.bind(2, request.segments.back().last_seq);
    insert_keyframe_.bind(3, request.through_mark);
    insert_keyframe_.bind(4, std::uint64_t{request.keyframe->size()});
    insert_keyframe_.bind(5, request.keyframe->view());
    insert_keyframe_.bind(6, now_ms);
    return insert_keyframe_.run();
}

/// Deletes exactly the rows that were covered.
Result<void> HistoryWriter::shorten_tail(const std::vector<Covered>& chunks,
                                         const CoveredRows& rows) {
    const std::size_t whole = chunks.size() - (rows.rest.empty() ? 0 : 1);
    for (std::size_t i = 0; i < whole; ++i) {
        if (Result<void> deleted = run_for(delete_chunk_, chunks[i].key); !deleted) {
            return deleted;
        }
    }
    if (rows.rest.empty()) {
        return {};
    }
    packed_.pack(rows.rest);
    const Bytes runs = encode_runs(rows.rest_authored);
    shorten_chunk_.bind(1, chunks.back().key);
    shorten_chunk_.bind(2, rows.rest.front().seqs.first);
    shorten_chunk_.bind(3, packed_.marks());
    shorten_chunk_.bind(4, packed_.sizes());
    shorten_chunk_.bind(5, packed_.data());
    shorten_chunk_.bind(6, BytesView(runs));
    return shorten_chunk_.run();
}

}  // namespace weft::storage
