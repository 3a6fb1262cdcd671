#include "postgres_storage.hpp"

#include "schema.hpp"

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

namespace weft::postgres {
namespace {

// A stop waits as long for a server that does not answer, or as long as a statement may take.
constexpr std::chrono::nanoseconds stop_patience = std::chrono::seconds(5);
constexpr auto start_pause = std::chrono::milliseconds(200);

}  // namespace

PostgresStorage::PostgresStorage(Host& host, Options options)
    : host_(host), options_(std::move(options)), outages_(host) {
    for (std::uint32_t i = 0; i < options_.writers; ++i) {
        write_lanes_.push_back(std::make_unique<WriteLane>(settings_, host_, outages_));
    }
    for (std::uint32_t i = 0; i < options_.readers; ++i) {
        read_lanes_.push_back(std::make_unique<ReadLane>(read_line_, settings_, host_, outages_));
    }
}

PostgresStorage::~PostgresStorage() {
    stop();
}

Result<void> PostgresStorage::configure() {
    const Result<Address> read = address();
    return read ? Result<void>{} : at_url(read.error());
}

Result<Address> PostgresStorage::address() const {
    if (options_.url.empty()) {
        return Error{
            Code::config,
            "must say where the database is: postgresql://user:password@host:port/database", 0};
    }
    return parse_address(
        options_.url, std::chrono::duration_cast<std::chrono::seconds>(options_.connect_timeout));
}

Error PostgresStorage::at_url(const Error& error) const {
    return {Code::config, host_.where("url") + ": " + error.message, 0};
}

Result<void> PostgresStorage::start() {
    const Result<Address> read = address();
    if (!read) {
        return at_url(read.error());
    }
    settings_.address = *read;
    settings_.statement_timeout =
        std::chrono::duration_cast<std::chrono::milliseconds>(options_.statement_timeout);
    if (const Result<void> prepared = prepare_database(); !prepared) {
        return at_url({Code::config, settings_.address.shown + ": " + prepared.error().message, 0});
    }
    start_lanes();
    return {};
}

Result<void> PostgresStorage::prepare_database() {
    Result<Connection> connection = connect_patiently();
    if (!connection) {
        return connection.error();
    }
    const Result<ServerPromise> promise = promise_of(*connection);
    if (!promise) {
        return promise.error();
    }
    if (Result<void> migrated = migrate(*connection); !migrated) {
        return migrated;
    }
    promised_ = promise->durability;
    settings_.needed = promised_;
    tell(*promise);
    return {};
}

/// A server that is away or still starting is waited for: it often starts together with us. One that is there and refuses
/// us is not.
Result<Connection> PostgresStorage::connect_patiently() {
    const auto deadline = Link::Clock::now() + options_.connect_timeout;
    for (bool told = false;; told = true) {
        // Asked first: a server that was ready only after the attempt has not refused us.
        const bool is_ready = takes_connections(settings_.address);
        Result<Connection> connection = Connection::open(settings_.address.parameters);
        if (connection || is_ready || Link::Clock::now() >= deadline) {
            return connection;
        }
        if (!told) {
            host_.log(LogLevel::warning,
                      "waiting for " + settings_.address.shown + ": " + connection.error().message);
        }
        std::this_thread::sleep_for(start_pause);
    }
}

void PostgresStorage::tell(const ServerPromise& promise) {
    constexpr const char* kept[] = {"nothing", "commits survive a crash of this program only",
                                    "commits survive a power cut",
                                    "commits survive the loss of a machine"};
    const bool weak = promised_ < Durability::stable;
    host_.log(weak ? LogLevel::warning : LogLevel::info,
              settings_.address.shown + ", PostgreSQL " + promise.version + ": " +
                  kept[static_cast<std::size_t>(promised_)] + " (" + promise.because + ")");
    for (const std::string& warning : promise.warnings) {
        host_.log(LogLevel::warning, settings_.address.shown + ": " + warning);
    }
}

void PostgresStorage::start_lanes() {
    for (const auto& lane : write_lanes_) {
        lane->start(promised_);
    }
    for (const auto& lane : read_lanes_) {
        lane->start();
    }
}

void PostgresStorage::stop() {
    const auto patience = Link::Clock::now() + std::min(stop_patience, options_.statement_timeout);
    for (const auto& lane : write_lanes_) {
        lane->begin_stop();
    }
    read_line_.begin_stop();
    for (const auto& lane : write_lanes_) {
        lane->join(patience);
    }
    for (const auto& lane : read_lanes_) {
        lane->join(patience);
    }
}

std::size_t PostgresStorage::lane_of(const std::string& document) const {
    return std::hash<std::string>{}(document) % write_lanes_.size();
}

void PostgresStorage::append(std::vector<AppendCall> batch) {
    std::vector<std::vector<Write>> by_lane(write_lanes_.size());
    for (AppendCall& call : batch) {
        const std::size_t lane = lane_of(call.request.document);
        by_lane[lane].emplace_back(std::move(call));
    }
    for (std::size_t lane = 0; lane < by_lane.size(); ++lane) {
        if (!by_lane[lane].empty()) {
            write_lanes_[lane]->post(std::move(by_lane[lane]));
        }
    }
}

template <class Call>
void PostgresStorage::post_change(Call call) {
    std::vector<Write> writes;
    writes.emplace_back(std::move(call));
    write_lanes_[lane_of(writes.front().document())]->post(std::move(writes));
}

void PostgresStorage::write_content(ContentRequest request, Completion<void> done) {
    post_change(ContentCall{std::move(request), std::move(done)});
}

void PostgresStorage::compact(CompactRequest request, Completion<void> done) {
    post_change(CompactCall{std::move(request), std::move(done)});
}

void PostgresStorage::thin(ThinRequest request, Completion<void> done) {
    post_change(ThinCall{std::move(request), std::move(done)});
}

void PostgresStorage::delete_document(DeleteRequest request, Completion<Deleted> done) {
    post_change(DeleteCall{std::move(request), std::move(done)});
}

void PostgresStorage::forget_tombstones(ForgetRequest request, Completion<Forgotten> done) {
    post_change(ForgetCall{std::move(request), std::move(done)});
}

template <class T, class Call>
void PostgresStorage::post_reading(Call call, Completion<T> done) {
    read_line_.post([call = std::move(call), done = std::move(done)](Link& link) mutable {
        done(read_on<T>(link, call));
    });
}

void PostgresStorage::load(LoadRequest request, Completion<Loaded> done) {
    post_reading<Loaded>(
        [request = std::move(request)](Reader& reader) { return reader.load(request); },
        std::move(done));
}

void PostgresStorage::read(ReadRequest request, Completion<std::vector<StoredPart>> done) {
    post_reading<std::vector<StoredPart>>(
        [request = std::move(request)](Reader& reader) { return reader.read(request); },
        std::move(done));
}

void PostgresStorage::heads(std::vector<std::string> documents,
                            Completion<std::vector<Head>> done) {
    post_reading<std::vector<Head>>(
        [documents = std::move(documents)](Reader& reader) { return reader.heads(documents); },
        std::move(done));
}

void PostgresStorage::list(ListRequest request, Completion<std::vector<DocumentStat>> done) {
    post_reading<std::vector<DocumentStat>>(
        [request = std::move(request)](Reader& reader) { return reader.list(request); },
        std::move(done));
}

void PostgresStorage::stat(std::string document, Completion<DocumentStat> done) {
    post_reading<DocumentStat>(
        [document = std::move(document)](Reader& reader) { return reader.stat(document); },
        std::move(done));
}

void PostgresStorage::versions(VersionsRequest request, Completion<std::vector<Version>> done) {
    post_reading<std::vector<Version>>(
        [request = std::move(request)](Reader& reader) { return reader.versions(request); },
        std::move(done));
}

void PostgresStorage::version(VersionRequest request, Completion<VersionContent> done) {
    post_reading<VersionContent>(
        [request = std::move(request)](Reader& reader) { return reader.version(request); },
        std::move(done));
}

}  // namespace weft::postgres
