#include "reader.hpp"

#include "chunk.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace weft::storage {
namespace {

constexpr std::uint64_t no_bound = std::numeric_limits<std::uint64_t>::max();

#define WEFT_HEAD_COLUMNS                                                                  \
    "key, name, algorithm, epoch, head, head_mark, covered, version, content_seq, bytes, " \
    "updated_at, tail"

std::string span_of(SeqRange seqs) {
    return seqs.first == seqs.last
               ? "seq " + std::to_string(seqs.first)
               : "seqs " + std::to_string(seqs.first) + " to " + std::to_string(seqs.last);
}

Error damaged(const std::string& document, SeqRange seqs) {
    return {Code::corrupt, document + ": what is stored of " + span_of(seqs) + " is damaged", 0};
}

Error named(const std::string& document, const Error& error) {
    return {error.code, document + ": " + error.message, 0};
}

Error hole(const std::string& document, SeqRange seqs) {
    return {Code::missing, document + ": nothing is stored of " + span_of(seqs), 0};
}

}  // namespace

Result<std::unique_ptr<Reader>> Reader::open(const Connection::Settings& settings) {
    Result<Connection> connection = Connection::open(settings);
    if (!connection) {
        return connection.error();
    }
    std::unique_ptr<Reader> reader(new Reader(*std::move(connection)));
    if (const Result<void> prepared = reader->prepare(); !prepared) {
        return prepared.error();
    }
    return reader;
}

Result<void> Reader::prepare() {
    // Keyframes and segments give first_seq, last_seq, mark, size, data; chunks their marks and sizes.
    return connection_.prepare(
        {{begin_, "BEGIN"},
         {commit_, "COMMIT"},
         {find_, "SELECT " WEFT_HEAD_COLUMNS " FROM weft_documents WHERE name = ?1"},
         {list_, "SELECT " WEFT_HEAD_COLUMNS " FROM weft_documents "
                 "WHERE name >= ?1 AND name <> ?2 AND name < ?3 ORDER BY name LIMIT ?4"},
         {keyframe_, "SELECT 1, seq, mark, size, data FROM weft_keyframes "
                     "WHERE doc_key = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT 1"},
         {segments_, "SELECT first_seq, last_seq, mark, size, data FROM weft_segments "
                     "WHERE doc_key = ?1 AND last_seq > ?2 ORDER BY last_seq"},
         {link_, "SELECT doc_key, first_seq, last_seq, previous FROM weft_chunks WHERE key = ?1"},
         {chunk_, "SELECT first_seq, last_seq, marks, sizes, data FROM weft_chunks "
                  "WHERE key = ?1"}});
}

template <class T, class Reading>
Result<T> Reader::in_snapshot(Reading&& reading) {
    if (const Result<void> begun = begin_.run(); !begun) {
        return begun.error();
    }
    Result<T> result = reading();
    // Nothing was written, so nothing can be lost here; a snapshot that stayed open would be met by the next BEGIN.
    static_cast<void>(commit_.run());
    return result;
}

Result<Loaded> Reader::load(const std::string& document) {
    return in_snapshot<Loaded>([&] { return load_in_snapshot(document); });
}

Result<Loaded> Reader::load_in_snapshot(const std::string& document) {
    const Result<Known> known = find(document);
    if (!known) {
        return known.error();
    }
    const Head& head = known->stat.head;
    Chain chain{*known, 0, no_bound, {}};
    if (head.exists) {
        if (const Result<void> added = add_keyframe(chain); !added) {
            return added.error();
        }
        if (const Result<void> added = add_parts(chain); !added) {
            return added.error();
        }
        if (!chain.parts.empty() && chain.parts.back().mark != head.mark) {
            return Error{Code::corrupt,
                         document + ": the mark at " + span_of({head.seq, head.seq}) +
                             " is not that of the head",
                         0};
        }
    }
    return Loaded{head, std::move(chain.parts)};
}

Result<std::vector<StoredPart>> Reader::read(const ReadRequest& request) {
    return in_snapshot<std::vector<StoredPart>>([&] { return read_in_snapshot(request); });
}

Result<std::vector<StoredPart>> Reader::read_in_snapshot(const ReadRequest& request) {
    const Result<Known> known = find(request.document);
    if (!known) {
        return known.error();
    }
    Chain chain{*known, request.after_seq, request.max_bytes, {}};
    if (request.after_seq < known->stat.head.seq) {
        if (const Result<void> added = add_parts(chain); !added) {
            return added.error();
        }
    }
    return std::move(chain.parts);
}

Result<void> Reader::add_keyframe(Chain& chain) {
    const Use use(keyframe_);
    keyframe_.bind(1, chain.known.key);
    keyframe_.bind(2, chain.known.stat.head.seq);
    const Result<bool> found = keyframe_.step();
    if (!found) {
        return found.error();
    }
    return *found ? add(keyframe_, StoredPart::Kind::keyframe, chain) : Result<void>{};
}

/// Segments, then the tail, up to the head or until the room is used up.
Result<void> Reader::add_parts(Chain& chain) {
    const Head& head = chain.known.stat.head;
    if ((chain.known.tail == 0) != (head.covered == head.seq)) {
        return damaged(head.document, {head.covered + 1, head.seq});
    }
    if (Result<void> added = add_segments(chain); !added) {
        return added;
    }
    if (Result<void> added = add_tail(chain); !added) {
        return added;
    }
    if (!chain.full && chain.position != head.seq) {
        return Error{chain.position < head.seq ? Code::missing : Code::corrupt,
                     head.document + ": the rows end at seq " + std::to_string(chain.position) +
                         ", the head is at " + std::to_string(head.seq),
                     0};
    }
    return {};
}

Result<void> Reader::add_segments(Chain& chain) {
    const Use use(segments_);
    segments_.bind(1, chain.known.key);
    segments_.bind(2, chain.position);
    while (!chain.full) {
        const Result<bool> row = segments_.step();
        if (!row) {
            return named(chain.known.stat.head.document, row.error());
        }
        if (!*row) {
            break;
        }
        if (Result<void> added = add(segments_, StoredPart::Kind::segment, chain); !added) {
            return added;
        }
    }
    return {};
}

Result<void> Reader::add_tail(Chain& chain) {
    if (chain.full) {
        return {};
    }
    const Result<std::vector<std::int64_t>> keys = way_back(chain);
    if (!keys) {
        return keys.error();
    }
    for (auto key = keys->rbegin(); key != keys->rend() && !chain.full; ++key) {
        if (Result<void> added = add_chunk(*key, chain); !added) {
            return added;
        }
    }
    return {};
}

/// The chunks from the head back to the one that follows the position or holds it. They are joined without a hole.
Result<std::vector<std::int64_t>> Reader::way_back(const Chain& chain) {
    const std::string& name = chain.known.stat.head.document;
    std::vector<std::int64_t> keys;
    std::int64_t key = chain.known.tail;
    for (std::uint64_t last = chain.known.stat.head.seq; last > chain.position;) {
        const Use use(link_);
        link_.bind(1, key);
        const Result<bool> found = link_.step();
        if (!found) {
            return named(name, found.error());
        }
        if (!*found) {
            return hole(name, {last, last});
        }
        const std::uint64_t first = link_.natural(1);
        if (link_.integer(0) != chain.known.key || first == 0 || first > last ||
            link_.natural(2) != last) {
            return damaged(name, {last, last});
        }
        keys.push_back(key);
        key = link_.integer(3);
        last = first - 1;
    }
    return keys;
}

Result<void> Reader::add(const Statement& row, StoredPart::Kind kind, Chain& chain) {
    const SeqRange seqs{row.natural(0), row.natural(1)};
    const BytesView bytes = row.bytes(4);
    const std::string& name = chain.known.stat.head.document;
    if (!row.is_bytes(4) || row.natural(3) != bytes.size() || seqs.first > seqs.last) {
        return damaged(name, seqs);
    }
    if (kind != StoredPart::Kind::keyframe && seqs.first > chain.position + 1) {
        return hole(name, {chain.position + 1, seqs.first - 1});
    }
    chain.take({kind, seqs, row.natural(2), Buffer::copy_of(bytes)});
    return {};
}

/// Where the position is inside the chunk, its rows before that are left out.
Result<void> Reader::add_chunk(std::int64_t key, Chain& chain) {
    const std::string& name = chain.known.stat.head.document;
    const Use use(chunk_);
    chunk_.bind(1, key);
    const Result<bool> found = chunk_.step();
    if (!found) {
        return named(name, found.error());
    }
    const SeqRange seqs{chunk_.natural(0), chunk_.natural(1)};
    std::optional<std::vector<StoredPart>> rows;
    if (chunk_.is_bytes(2) && chunk_.is_bytes(4)) {
        rows = unpack({seqs, chunk_.bytes(2), chunk_.text(3), chunk_.bytes(4)});
    }
    if (!rows) {
        return damaged(name, seqs);
    }
    for (StoredPart& part : *rows) {
        if (part.seqs.last > chain.position && !chain.take(std::move(part))) {
            break;
        }
    }
    return {};
}

bool Reader::Chain::take(StoredPart part) {
    if (!parts.empty() && part.bytes.size() > room) {
        full = true;
        return false;
    }
    room -= std::min<std::uint64_t>(room, part.bytes.size());
    position = part.seqs.last;
    parts.push_back(std::move(part));
    return true;
}

Result<std::vector<Head>> Reader::heads(const std::vector<std::string>& documents) {
    return in_snapshot<std::vector<Head>>([&]() -> Result<std::vector<Head>> {
        std::vector<Head> heads;
        heads.reserve(documents.size());
        for (const std::string& document : documents) {
            Result<Known> known = find(document);
            if (!known) {
                return known.error();
            }
            heads.push_back(std::move(known->stat.head));
        }
        return heads;
    });
}

Result<std::vector<DocumentStat>> Reader::list(const ListRequest& request) {
    // No byte of UTF-8 is 0xff: this stands right behind every name that begins with the prefix.
    const std::string behind = request.prefix + '\xff';
    const Use use(list_);
    list_.bind(1, std::max(request.prefix, request.after));
    list_.bind(2, request.after);
    list_.bind(3, behind);
    list_.bind(4, std::uint64_t{request.limit});
    std::vector<DocumentStat> stats;
    for (;;) {
        const Result<bool> row = list_.step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return stats;
        }
        stats.push_back(known_from(list_).stat);
    }
}

Result<DocumentStat> Reader::stat(const std::string& document) {
    Result<Known> known = find(document);
    if (!known) {
        return known.error();
    }
    if (!known->stat.head.exists) {
        return Error{Code::not_found, document + " was never written", 0};
    }
    return std::move(known->stat);
}

Result<Reader::Known> Reader::find(const std::string& document) {
    const Use use(find_);
    find_.bind(1, document);
    const Result<bool> found = find_.step();
    if (!found) {
        return named(document, found.error());
    }
    if (*found) {
        return known_from(find_);
    }
    Known absent;
    absent.stat.head.document = document;
    return absent;
}

/// The columns of WEFT_HEAD_COLUMNS.
Reader::Known Reader::known_from(const Statement& row) const {
    Known known;
    known.key = row.integer(0);
    Head& head = known.stat.head;
    head.exists = true;
    head.document = row.text(1);
    head.algorithm = row.text(2);
    head.epoch = row.natural(3);
    head.seq = row.natural(4);
    head.mark = row.natural(5);
    head.covered = row.natural(6);
    head.version = row.natural(7);
    head.content_seq = row.natural(8);
    known.stat.tail_rows = head.seq - head.covered;
    known.stat.bytes = row.natural(9);
    known.stat.updated_unix_ms = row.integer(10);
    known.tail = row.integer(11);
    return known;
}

}  // namespace weft::storage
