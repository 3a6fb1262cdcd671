#include "reader.hpp"

#include "array_text.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace weft::postgres {
namespace {

// A load is read in pages, so that the text form of its bytes is never in memory as a whole.
constexpr std::uint64_t page_bytes = 4u << 20;

#define WEFT_KNOWN_COLUMNS                                                                  \
    "SELECT d.name, d.key, d.bucket, h.algorithm, h.epoch, h.head, h.head_mark, h.covered," \
    " h.version, c.content_seq, h.bytes,"                                                   \
    " (extract(epoch FROM h.updated_at) * 1000)::bigint"                                    \
    " FROM weft_documents d JOIN weft_heads h USING (key)"                                  \
    " LEFT JOIN weft_contents c USING (key) WHERE h.head > 0 AND "

constexpr Statement find_documents{"find_documents",
                                   WEFT_KNOWN_COLUMNS "d.name = ANY ($1::text[])"};

// $3: the first name behind all that have the prefix; empty where there is none.
constexpr Statement list_documents{"list_documents", WEFT_KNOWN_COLUMNS
                                   "d.name >= $1 AND d.name > $2 AND ($3 = '' OR d.name < $3)"
                                   " ORDER BY d.name LIMIT $4::bigint"};

constexpr Statement find_keyframe{
    "find_keyframe", "SELECT 0, 1, seq, mark, size, data FROM weft_keyframes"
                     " WHERE bucket = $1::smallint AND doc_key = $2::bigint AND seq <= $3::bigint"
                     " ORDER BY seq DESC LIMIT 1"};

// Segments, then rows, from a seq on: the first, and as many of the next as $4 bytes take.
constexpr Statement read_page{
    "read_page",
    "SELECT kind, first_seq, last_seq, mark, size, data FROM ("
    " SELECT *, sum(size) OVER (ORDER BY last_seq, kind) AS upto,"
    "  row_number() OVER (ORDER BY last_seq, kind) AS number FROM ("
    "  (SELECT 1 AS kind, first_seq, last_seq, mark, size, data FROM weft_segments"
    "   WHERE bucket = $1::smallint AND doc_key = $2::bigint AND last_seq > $3::bigint)"
    "  UNION ALL"
    "  (SELECT 2, seq, seq, mark, octet_length(data), data FROM weft_updates"
    "   WHERE bucket = $1::smallint AND doc_key = $2::bigint AND seq > $3::bigint"
    "   ORDER BY seq LIMIT 8192)) AS parts) AS page"
    " WHERE number = 1 OR upto <= $4::bigint ORDER BY number"};

std::string span_of(SeqRange seqs) {
    return seqs.first == seqs.last
               ? "seq " + std::to_string(seqs.first)
               : "seqs " + std::to_string(seqs.first) + " to " + std::to_string(seqs.last);
}

Error named(const std::string& document, const Error& error) {
    return {error.code, document + ": " + error.message, 0};
}

constexpr char32_t last_character = 0x10ffff;

/// Takes the last character off valid UTF-8.
char32_t take_last_character(std::string& text) {
    char32_t character = 0;
    for (unsigned shift = 0; !text.empty(); shift += 6) {
        const auto byte = static_cast<unsigned char>(text.back());
        text.pop_back();
        if ((byte & 0xc0) != 0x80) {
            // The first byte of 1 to 4: its leading ones only count them.
            return shift == 0 ? byte : character | (byte & (0x3fu >> (shift / 6))) << shift;
        }
        character |= static_cast<char32_t>(byte & 0x3f) << shift;
    }
    return character;
}

void append_character(std::string& text, char32_t character) {
    const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
    if (character < 0x80) {
        put(character);
        return;
    }
    const unsigned more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    put((0xffu << (7 - more) & 0xff) | character >> (6 * more));
    for (unsigned left = more; left-- > 0;) {
        put(0x80 | (character >> (6 * left) & 0x3f));
    }
}

/// The first text in byte order behind all that begin with `prefix`; empty where there is none. Byte order is the order
/// of code points, so it is the prefix with its last character raised by one.
std::string behind_prefix(std::string prefix) {
    while (!prefix.empty()) {
        const char32_t character = take_last_character(prefix);
        if (character < last_character) {
            append_character(prefix, character == 0xd7ff ? 0xe000 : character + 1);
            return prefix;
        }
    }
    return {};
}

}  // namespace

template <class T, class Reading>
Result<T> Reader::in_snapshot(Reading&& reading) {
    if (const Result<Rows> begun =
            connection_.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        !begun) {
        return begun.error();
    }
    Result<T> result = reading();
    // Nothing was written, so nothing can be lost here; a transaction that stayed open would be met by the next BEGIN.
    static_cast<void>(connection_.execute("COMMIT"));
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
    Chain chain{*known};
    if (head.exists) {
        if (const Result<void> added = add_keyframe(chain); !added) {
            return added.error();
        }
        while (chain.position < head.seq) {
            if (const Result<void> added = add_page(chain, page_bytes); !added) {
                return added.error();
            }
        }
        if (chain.position > head.seq || chain.parts.back().mark != head.mark) {
            return Error{Code::corrupt,
                         document + ": what is stored ends at seq " +
                             std::to_string(chain.position) + ", the head is at " +
                             std::to_string(head.seq) + " with another mark",
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
    Chain chain{*known, request.after_seq};
    if (request.after_seq < known->stat.head.seq) {
        if (const Result<void> added = add_page(chain, request.max_bytes); !added) {
            return added.error();
        }
    }
    return std::move(chain.parts);
}

Result<void> Reader::add_keyframe(Chain& chain) {
    const Result<Rows> rows =
        connection_.run(find_keyframe, {chain.known.bucket, chain.known.key,
                                        std::to_string(chain.known.stat.head.seq)});
    if (!rows) {
        return named(chain.known.stat.head.document, rows.error());
    }
    return rows->count() == 0 ? Result<void>{} : add(*rows, 0, chain);
}

/// What comes next, below the head: at least one part.
Result<void> Reader::add_page(Chain& chain, std::uint64_t max_bytes) {
    const Head& head = chain.known.stat.head;
    const auto room = std::min<std::uint64_t>(max_bytes, 1u << 30);
    const Result<Rows> rows =
        connection_.run(read_page, {chain.known.bucket, chain.known.key,
                                    std::to_string(chain.position), std::to_string(room)});
    if (!rows) {
        return named(head.document, rows.error());
    }
    if (rows->count() == 0) {
        return Error{
            Code::missing,
            head.document + ": nothing is stored of " + span_of({chain.position + 1, head.seq}), 0};
    }
    for (int row = 0; row < rows->count(); ++row) {
        if (Result<void> added = add(*rows, row, chain); !added) {
            return added;
        }
    }
    return {};
}

Result<void> Reader::add(const Rows& rows, int row, Chain& chain) {
    const auto kind = static_cast<StoredPart::Kind>(rows.integer(row, 0));
    const SeqRange seqs{rows.natural(row, 1), rows.natural(row, 2)};
    const std::string& name = chain.known.stat.head.document;
    Bytes bytes = rows.bytes(row, 5);
    if (rows.natural(row, 4) != bytes.size() || seqs.first > seqs.last ||
        seqs.last > chain.known.stat.head.seq) {
        return Error{Code::corrupt, name + ": what is stored of " + span_of(seqs) + " is damaged",
                     0};
    }
    if (kind != StoredPart::Kind::keyframe && seqs.first > chain.position + 1) {
        return Error{
            Code::missing,
            name + ": nothing is stored of " + span_of({chain.position + 1, seqs.first - 1}), 0};
    }
    chain.position = seqs.last;
    chain.parts.push_back({kind, seqs, rows.natural(row, 3), Buffer(std::move(bytes))});
    return {};
}

Result<std::vector<Head>> Reader::heads(const std::vector<std::string>& documents) {
    const Result<std::vector<Known>> found = find_all(documents);
    if (!found) {
        return found.error();
    }
    std::unordered_map<std::string_view, const Head*> head_of;
    for (const Known& known : *found) {
        head_of.emplace(known.stat.head.document, &known.stat.head);
    }
    std::vector<Head> heads;
    heads.reserve(documents.size());
    for (const std::string& document : documents) {
        const auto at = head_of.find(document);
        if (at == head_of.end()) {
            heads.emplace_back().document = document;
        } else {
            heads.push_back(*at->second);
        }
    }
    return heads;
}

Result<std::vector<DocumentStat>> Reader::list(const ListRequest& request) {
    const Result<Rows> rows = connection_.run(list_documents, {request.prefix, request.after,
                                                               behind_prefix(request.prefix),
                                                               std::to_string(request.limit)});
    if (!rows) {
        return rows.error();
    }
    std::vector<DocumentStat> stats;
    for (int row = 0; row < rows->count(); ++row) {
        stats.push_back(known_from(*rows, row).stat);
    }
    return stats;
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
    Result<std::vector<Known>> found = find_all({document});
    if (!found) {
        return named(document, found.error());
    }
    if (!found->empty()) {
        return std::move(found->front());
    }
    Known absent;
    absent.stat.head.document = document;
    return absent;
}

Result<std::vector<Reader::Known>> Reader::find_all(const std::vector<std::string>& documents) {
    ArrayText names;
    for (const std::string& document : documents) {
        names.add(document);
    }
    const Result<Rows> rows = connection_.run(find_documents, {std::move(names).take()});
    if (!rows) {
        return rows.error();
    }
    std::vector<Known> found;
    for (int row = 0; row < rows->count(); ++row) {
        found.push_back(known_from(*rows, row));
    }
    return found;
}

/// The columns of WEFT_KNOWN_COLUMNS.
Reader::Known Reader::known_from(const Rows& rows, int row) {
    Known known;
    known.key = rows.text(row, 1);
    known.bucket = rows.text(row, 2);
    Head& head = known.stat.head;
    head.exists = true;
    head.document = rows.text(row, 0);
    head.algorithm = rows.text(row, 3);
    head.epoch = rows.natural(row, 4);
    head.seq = rows.natural(row, 5);
    head.mark = rows.natural(row, 6);
    head.covered = rows.natural(row, 7);
    head.version = rows.natural(row, 8);
    head.content_seq = rows.natural(row, 9);
    known.stat.tail_rows = head.seq - head.covered;
    known.stat.bytes = rows.natural(row, 10);
    known.stat.updated_unix_ms = rows.integer(row, 11);
    return known;
}

}  // namespace weft::postgres
