#include "writer.hpp"

#include "schema.hpp"

#include <utility>

namespace weft::storage {
namespace {

constexpr std::uint64_t first_epoch = 1;
constexpr std::int64_t page_bytes = 4096;
constexpr std::int64_t busy_pages = (16 << 20) / page_bytes;
constexpr std::int64_t quiet_pages = (1 << 20) / page_bytes;

std::uint64_t epoch_of(const AppendRequest& request) {
    return request.epoch == 0 ? first_epoch : request.epoch;
}

Error conflict(std::string message) {
    return {Code::conflict, std::move(message), 0};
}

/// Errors of the disk or of the file as a whole: each write alone would meet them too.
bool concerns_everyone(Code code) {
    return code == Code::unavailable || code == Code::no_memory;
}

}  // namespace

Result<std::unique_ptr<Writer>> Writer::open(const Connection::Settings& settings, Host& host) {
    Result<Connection> connection = Connection::open(settings);
    if (!connection) {
        return connection.error();
    }
    if (const Result<void> migrated = migrate(*connection); !migrated) {
        return migrated.error();
    }
    std::unique_ptr<Writer> writer(new Writer(*std::move(connection), host));
    if (const Result<void> prepared = writer->prepare(); !prepared) {
        return prepared.error();
    }
    return writer;
}

Writer::Writer(Connection connection, Host& host)
    : connection_(std::move(connection)), host_(host),
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
    return connection_.prepare(
        {{begin_, "BEGIN IMMEDIATE"},
         {commit_, "COMMIT"},
         {rollback_, "ROLLBACK"},
         {advance_,
          "UPDATE weft_documents SET head = head + ?2, head_mark = ?3, bytes = bytes + ?4, "
          "updated_at = ?5 "
          "WHERE name = ?1 AND algorithm = ?6 AND epoch = ?7 AND head = coalesce(?8, head) "
          "RETURNING key, head"},
         {find_, "SELECT head, epoch, algorithm FROM weft_documents WHERE name = ?1"},
         {create_, "INSERT INTO weft_documents "
                   "(name, head, head_mark, bytes, created_at, updated_at, algorithm, epoch) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)"},
         {insert_row_, "INSERT INTO weft_updates (doc_key, seq, mark, size, data, created_at) "
                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
         {advance_content_,
          "UPDATE weft_documents SET content_seq = ?2 "
          "WHERE name = ?1 AND epoch = ?3 AND content_seq <= ?2 AND head >= ?2 RETURNING key"},
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
    Result<void> done;
    double rows = 0;
    for (std::size_t i = first; i < last && done; ++i) {
        done = write(batch[i]);
        if (batch[i].outcome && std::holds_alternative<AppendCall>(batch[i].call)) {
            rows += static_cast<double>(batch[i].outcome->count());
        }
    }
    if (done) {
        done = commit_.run();
    }
    if (!done) {
        // After some errors SQLite has rolled back by itself.
        if (connection_.in_transaction()) {
            static_cast<void>(rollback_.run());
        }
        return done;
    }
    host_.record(commits_, 1);
    host_.record(rows_, rows);
    return {};
}

/// An error ends the transaction. A refusal is decided before anything is written and stands in `outcome`.
Result<void> Writer::write(Write& write) {
    write.outcome = SeqRange{};
    if (const auto* call = std::get_if<AppendCall>(&write.call)) {
        return append(call->request, write.outcome);
    }
    return write_content(std::get<ContentCall>(write.call).request, write.outcome);
}

Result<void> Writer::append(const AppendRequest& request, Result<SeqRange>& outcome) {
    if (request.durability > Durability::stable) {
        outcome = Error{Code::unsupported, "the sqlite storage is on one machine", 0};
        return {};
    }
    if (request.rows.empty()) {
        outcome = Error{Code::invalid, "an append without rows to " + request.document, 0};
        return {};
    }
    std::uint64_t bytes = 0;
    for (const Row& row : request.rows) {
        bytes += row.update.size();
    }
    Result<Place> place = advance(request, bytes);
    if (place && place->head == 0) {
        place = create_or_refuse(request, bytes, outcome);
    }
    if (!place) {
        return place.error();
    }
    if (!outcome) {
        return {};
    }
    const std::uint64_t first = place->head - request.rows.size() + 1;
    outcome = SeqRange{first, place->head};
    return insert_rows(request, place->key, first);
}

Result<Writer::Place> Writer::advance(const AppendRequest& request, std::uint64_t bytes) {
    const Use use(advance_);
    advance_.bind(1, request.document);
    advance_.bind(2, std::uint64_t{request.rows.size()});
    advance_.bind(3, request.rows.back().mark);
    advance_.bind(4, bytes);
    advance_.bind(5, host_.unix_ms());
    advance_.bind(6, request.algorithm);
    advance_.bind(7, epoch_of(request));
    if (request.expect_seq) {
        advance_.bind(8, *request.expect_seq);
    } else {
        advance_.bind_null(8);
    }
    const Result<bool> found = advance_.step();
    if (!found) {
        return found.error();
    }
    return *found ? Place{advance_.integer(0), advance_.natural(1)} : Place{};
}

Result<Writer::Place> Writer::create_or_refuse(const AppendRequest& request, std::uint64_t bytes,
                                               Result<SeqRange>& outcome) {
    const Use finding(find_);
    find_.bind(1, request.document);
    const Result<bool> known = find_.step();
    if (!known) {
        return known.error();
    }
    const std::uint64_t head = *known ? find_.natural(0) : 0;
    const std::uint64_t epoch = *known ? find_.natural(1) : first_epoch;
    if (request.expect_seq && *request.expect_seq != head) {
        outcome = conflict(request.document + " is at seq " + std::to_string(head) + ", not " +
                           std::to_string(*request.expect_seq));
        return Place{};
    }
    if (epoch != epoch_of(request)) {
        outcome = conflict(request.document + " is in epoch " + std::to_string(epoch) + ", not " +
                           std::to_string(epoch_of(request)));
        return Place{};
    }
    if (*known) {
        outcome = conflict(request.document + " is stored as " + std::string(find_.text(2)) +
                           ", not " + request.algorithm);
        return Place{};
    }

    create_.bind(1, request.document);
    create_.bind(2, std::uint64_t{request.rows.size()});
    create_.bind(3, request.rows.back().mark);
    create_.bind(4, bytes);
    create_.bind(5, host_.unix_ms());
    create_.bind(6, request.algorithm);
    create_.bind(7, first_epoch);
    if (const Result<void> created = create_.run(); !created) {
        return created.error();
    }
    return Place{sqlite3_last_insert_rowid(connection_.raw()), request.rows.size()};
}

Result<void> Writer::insert_rows(const AppendRequest& request, std::int64_t key,
                                 std::uint64_t first_seq) {
    const std::int64_t now = host_.unix_ms();
    insert_row_.bind(1, key);
    insert_row_.bind(6, now);
    std::uint64_t seq = first_seq;
    for (const Row& row : request.rows) {
        insert_row_.bind(2, seq);
        insert_row_.bind(3, row.mark);
        insert_row_.bind(4, std::uint64_t{row.update.size()});
        insert_row_.bind(5, row.update.view());
        if (Result<void> inserted = insert_row_.run(); !inserted) {
            return inserted;
        }
        ++seq;
    }
    return {};
}

Result<void> Writer::write_content(const ContentRequest& request, Result<SeqRange>& outcome) {
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
        write_content_.bind(2, request.text);
        return write_content_.run();
    }
    const Use finding(find_);
    find_.bind(1, request.document);
    const Result<bool> known = find_.step();
    if (!known) {
        return known.error();
    }
    if (!*known) {
        outcome = Error{Code::not_found, request.document + " was never written", 0};
    }
    return {};
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
