#include "writer.hpp"

#include "schema.hpp"

#include <weft/storage_rules.hpp>

#include <utility>
#include <variant>

namespace weft::storage {

using namespace storage_rules;

namespace {

constexpr std::size_t standings_max = 10'000;
constexpr std::int64_t page_bytes = 4096;
constexpr std::int64_t busy_pages = (16 << 20) / page_bytes;
constexpr std::int64_t quiet_pages = (1 << 20) / page_bytes;

/// Errors of the disk or of the file as a whole: each write alone would meet them too.
bool concerns_everyone(Code code) {
    return code == Code::unavailable || code == Code::no_memory;
}

}  // namespace

Result<std::unique_ptr<Writer>> Writer::open(const Connection::Settings& settings, Host& host,
                                             StorageHealth& health) {
    Result<Connection> connection = Connection::open(settings);
    if (!connection) {
        return connection.error();
    }
    if (const Result<void> migrated = migrate(*connection); !migrated) {
        return migrated.error();
    }
    std::unique_ptr<Writer> writer(new Writer(*std::move(connection), host, health));
    if (const Result<void> prepared = writer->prepare(); !prepared) {
        return prepared.error();
    }
    return writer;
}

Writer::Writer(Connection connection, Host& host, StorageHealth& health)
    : connection_(std::move(connection)), host_(host), health_(health),
      commits_(host.define_metric(MetricKind::counter, "storage_commits_total",
                                  "Transactions committed")),
      rows_(host.define_metric(MetricKind::counter, "storage_rows_total", "Updates committed")),
      log_bytes_(host.define_metric(MetricKind::gauge, "storage_log_bytes",
                                    "Size of the write-ahead log")) {
    const auto remember_pages = [](void* writer, sqlite3*, const char*, int pages) {
        static_cast<Writer*>(writer)->log_pages_ = pages;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(connection_.raw(), remember_pages, this);
}

Result<void> Writer::prepare() {
    if (Result<void> prepared = history_.prepare(connection_); !prepared) {
        return prepared;
    }
    return connection_.prepare(
        {{begin_, "BEGIN IMMEDIATE"},
         {commit_, "COMMIT"},
         {rollback_, "ROLLBACK"},
         {others_wrote_, "PRAGMA data_version"},
         {advance_, "UPDATE weft_documents SET head = ?2, head_mark = ?3, bytes = bytes + ?4, "
                    "updated_at = ?5, tail = ?6 WHERE key = ?1"},
         {find_, "SELECT key, head, tail, epoch, version, algorithm, covered "
                 "FROM weft_documents WHERE name = ?1"},
         {find_tail_, "SELECT doc_key, last_seq FROM weft_chunks WHERE key = ?1"},
         {create_, "INSERT INTO weft_documents "
                   "(name, head, head_mark, bytes, created_at, updated_at, algorithm, epoch) "
                   "VALUES (?1, 0, 0, 0, ?2, ?2, ?3, ?4)"},
         {begin_anew_, "UPDATE weft_documents SET algorithm = ?2, created_at = ?3 WHERE key = ?1"},
         {count_versions_, "UPDATE weft_documents SET version = ?2 WHERE key = ?1"},
         {insert_chunk_, "INSERT INTO weft_chunks (doc_key, previous, first_seq, last_seq, marks, "
                         "sizes, data, created_at, authored) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
         {advance_content_,
          "UPDATE weft_documents SET content_seq = ?2 "
          "WHERE name = ?1 AND epoch = ?3 AND content_seq <= ?2 AND head >= ?2 AND head > 0 "
          "RETURNING key"},
         {write_content_, "INSERT INTO weft_contents (doc_key, content) VALUES (?1, ?2) "
                          "ON CONFLICT (doc_key) DO UPDATE SET content = excluded.content"}});
}

void Writer::commit(std::vector<Write>& batch) {
    const Result<void> together = commit_together(batch, 0, batch.size());
    if (together) {
        return;
    }
    const bool each_alone = batch.size() > 1 && !concerns_everyone(together.error().code);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const Result<void> alone = each_alone ? commit_together(batch, i, i + 1) : together;
        if (!alone) {
            if (concerns_everyone(alone.error().code)) {
                health_.failed(alone.error().message);
            }
            Error error = alone.error();
            error.message = "cannot write " + batch[i].document() + ": " + error.message;
            batch[i].outcome = std::move(error);
        }
    }
}

Result<void> Writer::commit_together(std::vector<Write>& batch, std::size_t first,
                                     std::size_t last) {
    if (Result<void> begun = begin_.run(); !begun) {
        return begun;
    }
    now_ms_ = host_.unix_ms();
    Result<void> done = forget_if_others_wrote();
    double rows = 0;
    for (std::size_t i = first; i < last && done; ++i) {
        done = write(batch[i]);
        if (batch[i].outcome && batch[i].get<AppendCall>() != nullptr) {
            rows += static_cast<double>(batch[i].outcome->seqs.count());
        }
    }
    if (done) {
        done = commit_.run();
    }
    if (!done) {
        standings_.clear();
        // After some errors SQLite has rolled back by itself.
        if (connection_.in_transaction()) {
            static_cast<void>(rollback_.run());
        }
        return done;
    }
    host_.record(commits_, 1);
    host_.record(rows_, rows);
    health_.worked();
    return {};
}

/// An error ends the transaction. A refusal is decided before anything is written and stands in `outcome`.
Result<void> Writer::write(Write& write) {
    write.outcome = StorageDone{};
    return std::visit([&](const auto& call) { return write_one(call.request, write.outcome); },
                      write.call);
}

Result<void> Writer::write_one(const AppendRequest& request, Result<StorageDone>& outcome) {
    if (std::optional<Error> fault = fault_of_append(request)) {
        outcome = *std::move(fault);
        return {};
    }
    const Result<Standing*> found = standing_of(request.document);
    if (!found) {
        return found.error();
    }
    Standing& standing = **found;
    if (std::optional<Error> refused = refusal_of(
            request, {standing.epoch, standing.head, standing.version, standing.algorithm})) {
        outcome = *std::move(refused);
        return {};
    }
    const std::uint64_t first = standing.head + 1;
    if (!request.versions.empty()) {
        if (Result<void> made = add_versions(request, NewVersion::At::before_the_rows, standing);
            !made) {
            return made;
        }
    }
    if (!request.rows.empty()) {
        if (Result<void> appended = append_rows(request, standing); !appended) {
            return appended;
        }
    }
    if (!request.versions.empty()) {
        if (Result<void> made = add_versions(request, NewVersion::At::after_the_rows, standing);
            !made) {
            return made;
        }
    }
    outcome = StorageDone{{first, standing.head}, standing.version};
    return {};
}

std::optional<Error> Writer::fault_of_append(const AppendRequest& request) const {
    if (request.durability > Durability::stable) {
        return Error{Code::unsupported, "the sqlite storage is on one machine", 0};
    }
    if (std::optional<Error> fault = fault_of(request)) {
        return fault;
    }
    std::uint64_t bytes = 0;
    for (const Row& row : request.rows) {
        bytes += row.update.size();
    }
    // More would be refused by SQLite too, after it was copied.
    const auto append_bytes_max =
        static_cast<std::uint64_t>(sqlite3_limit(connection_.raw(), SQLITE_LIMIT_LENGTH, -1));
    if (bytes > append_bytes_max) {
        return Error{Code::limit,
                     "an append of " + std::to_string(bytes) + " bytes to " + request.document +
                         ": SQLite takes " + std::to_string(append_bytes_max),
                     0};
    }
    return std::nullopt;
}

Result<void> Writer::append_rows(const AppendRequest& request, Standing& standing) {
    if (standing.head == 0) {
        if (Result<void> created = create(request, standing); !created) {
            return created;
        }
    }
    if (Result<void> inserted = insert_chunk(request, standing); !inserted) {
        return inserted;
    }
    return advance(request, standing);
}

/// Numbers follow the newest one, also across versions that are gone.
Result<void> Writer::add_versions(const AppendRequest& request, NewVersion::At at,
                                  Standing& standing) {
    const std::uint64_t before = standing.version;
    if (Result<void> added = history_.add_versions(request, at, standing.key, standing.head,
                                                   now_ms_, standing.version);
        !added || before == standing.version) {
        return added;
    }
    count_versions_.bind(1, standing.key);
    count_versions_.bind(2, standing.version);
    return count_versions_.run();
}

Result<void> Writer::write_one(const CompactRequest& request, Result<StorageDone>& outcome) {
    if (std::optional<Error> fault = fault_of(request)) {
        outcome = *std::move(fault);
        return {};
    }
    standings_.erase(request.document);
    return history_.compact(request, now_ms_, outcome);
}

Result<void> Writer::write_one(const ThinRequest& request, Result<StorageDone>& outcome) {
    if (std::optional<Error> fault = fault_of(request)) {
        outcome = *std::move(fault);
        return {};
    }
    return history_.thin(request, now_ms_, outcome);
}

Result<void> Writer::write_one(const DeleteRequest& request, Result<StorageDone>& outcome) {
    standings_.erase(request.document);
    return history_.delete_document(request, now_ms_, outcome);
}

Result<void> Writer::write_one(const ForgetRequest& request, Result<StorageDone>& outcome) {
    return history_.forget(request, outcome);
}

/// What another program committed is known by the number of SQLite's that it changes.
Result<void> Writer::forget_if_others_wrote() {
    const Use use(others_wrote_);
    const Result<bool> row = others_wrote_.step();
    if (!row) {
        return row.error();
    }
    if (std::exchange(data_version_, others_wrote_.integer(0)) != others_wrote_.integer(0)) {
        standings_.clear();
    }
    return {};
}

Result<Writer::Standing*> Writer::standing_of(const std::string& document) {
    const auto known = standings_.find(document);
    if (known != standings_.end()) {
        return &known->second;
    }
    const Use finding(find_);
    find_.bind(1, document);
    const Result<bool> stored = find_.step();
    if (!stored) {
        return stored.error();
    }
    if (standings_.size() >= standings_max) {
        standings_.clear();
    }
    Standing& standing = standings_[document];
    if (*stored) {
        standing = {find_.integer(0), find_.natural(1), find_.integer(2),
                    find_.natural(3), find_.natural(4), std::string(find_.text(5))};
        if (const Result<void> checked = check_tail(standing, find_.natural(6)); !checked) {
            return checked.error();
        }
    }
    return &standing;
}

/// Nothing is appended to a tail that ends elsewhere than the head says.
Result<void> Writer::check_tail(const Standing& standing, std::uint64_t covered) {
    const Use use(find_tail_);
    find_tail_.bind(1, standing.tail);
    const Result<bool> found = find_tail_.step();
    if (!found) {
        return found.error();
    }
    const bool ends_at_head =
        *found ? find_tail_.integer(0) == standing.key && find_tail_.natural(1) == standing.head
               : standing.tail == 0 && standing.head == covered;
    return ends_at_head ? Result<void>{}
                        : Error{Code::corrupt, "the tail does not end at the head", 0};
}

/// The first row of a document, or of its epoch.
Result<void> Writer::create(const AppendRequest& request, Standing& standing) {
    standing.algorithm = request.algorithm;
    if (standing.key != 0) {
        begin_anew_.bind(1, standing.key);
        begin_anew_.bind(2, std::string_view(request.algorithm));
        begin_anew_.bind(3, now_ms_);
        return begin_anew_.run();
    }
    create_.bind(1, request.document);
    create_.bind(2, now_ms_);
    create_.bind(3, request.algorithm);
    create_.bind(4, first_epoch);
    if (Result<void> created = create_.run(); !created) {
        return created;
    }
    standing.key = sqlite3_last_insert_rowid(connection_.raw());
    standing.epoch = first_epoch;
    return {};
}

/// Behind the newest chunk of the document, and in the place of that.
Result<void> Writer::insert_chunk(const AppendRequest& request, Standing& standing) {
    packed_.pack(request.rows);
    insert_chunk_.bind(1, standing.key);
    insert_chunk_.bind(2, standing.tail);
    insert_chunk_.bind(3, standing.head + 1);
    insert_chunk_.bind(4, standing.head + request.rows.size());
    insert_chunk_.bind(5, packed_.marks());
    insert_chunk_.bind(6, packed_.sizes());
    insert_chunk_.bind(7, packed_.data());
    insert_chunk_.bind(8, now_ms_);
    Bytes authored;
    if (!request.authored.empty()) {
        authored = encode_runs(request.authored);
        insert_chunk_.bind(9, BytesView(authored));
    } else {
        insert_chunk_.bind_null(9);
    }
    if (Result<void> inserted = insert_chunk_.run(); !inserted) {
        return inserted;
    }
    standing.tail = sqlite3_last_insert_rowid(connection_.raw());
    standing.head += request.rows.size();
    return {};
}

Result<void> Writer::advance(const AppendRequest& request, const Standing& standing) {
    std::uint64_t bytes = 0;
    for (const Row& row : request.rows) {
        bytes += row.update.size();
    }
    advance_.bind(1, standing.key);
    advance_.bind(2, standing.head);
    advance_.bind(3, request.rows.back().mark);
    advance_.bind(4, bytes);
    advance_.bind(5, now_ms_);
    advance_.bind(6, standing.tail);
    return advance_.run();
}

Result<void> Writer::write_one(const ContentRequest& request, Result<StorageDone>& outcome) {
    if (request.version != 0) {
        if (Result<void> written = history_.write_version_content(request); !written) {
            return written;
        }
    } else if (Result<bool> newer = write_document_content(request); !newer || *newer) {
        return newer ? Result<void>{} : newer.error();
    }
    const Use finding(find_);
    find_.bind(1, std::string_view(request.document));
    const Result<bool> known = find_.step();
    if (!known) {
        return known.error();
    }
    if (!*known || find_.natural(1) == 0) {
        outcome = never_written(request.document);
    }
    return {};
}

/// False: what is shown is as new, or the document is another.
Result<bool> Writer::write_document_content(const ContentRequest& request) {
    const Use advancing(advance_content_);
    advance_content_.bind(1, request.document);
    advance_content_.bind(2, request.seq);
    advance_content_.bind(3, request.epoch);
    const Result<bool> newer = advance_content_.step();
    if (!newer) {
        return newer.error();
    }
    if (*newer) {
        write_content_.bind(1, advance_content_.integer(0));
        write_content_.bind(2, std::string_view(request.text));
        if (const Result<void> written = write_content_.run(); !written) {
            return written.error();
        }
    }
    return newer;
}

void Writer::checkpoint(Moment moment) {
    if (log_pages_ < checkpointed_pages_) {
        checkpointed_pages_ = 0;  // the log was begun anew
    }
    if (log_pages_ - checkpointed_pages_ < (moment == Moment::busy ? busy_pages : quiet_pages)) {
        return;
    }
    // A reader with an old snapshot can hold it up: then it goes on after as many pages again.
    checkpointed_pages_ = log_pages_;
    const int code = sqlite3_wal_checkpoint_v2(connection_.raw(), nullptr,
                                               SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK && code != SQLITE_BUSY) {
        // Nothing is lost: the log keeps what the database has not got.
        host_.log(LogLevel::warning,
                  std::string("checkpoint failed: ") + sqlite3_errmsg(connection_.raw()));
    }
    host_.record(log_bytes_, static_cast<double>(log_pages_ * page_bytes));
}

void Writer::close() {
    const int code = sqlite3_wal_checkpoint_v2(connection_.raw(), nullptr,
                                               SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (code != SQLITE_OK) {
        // Somebody reads the database: the log stays beside it and is read at the next start.
        host_.log(LogLevel::info,
                  std::string("the write-ahead log stays: ") + sqlite3_errmsg(connection_.raw()));
    }
}

}  // namespace weft::storage
