#include "server_promise.hpp"

namespace weft::postgres {
namespace {

/// The first with pg_terminate_backend(pid, timeout).
constexpr std::int64_t oldest_version = 140000;

Result<void> check_usable(const Rows& settings) {
    if (settings.integer(0, 0) < oldest_version) {
        return Error{
            Code::config,
            "is PostgreSQL " + std::string(settings.text(0, 1)) + ": 14 or newer is needed", 0};
    }
    if (settings.text(0, 2) != "UTF8") {
        return Error{Code::config,
                     "has the encoding " + std::string(settings.text(0, 2)) +
                         ": documents are UTF-8, create the database with ENCODING 'UTF8'",
                     0};
    }
    if (settings.boolean(0, 3)) {
        return Error{Code::unavailable,
                     "is a standby, which takes no writes: name the primary, or all servers with "
                     "target_session_attrs=read-write",
                     0};
    }
    return {};
}

}  // namespace

Result<ServerPromise> promise_of(Connection& connection) {
    const Result<Rows> settings = connection.execute(
        "SELECT current_setting('server_version_num'), current_setting('server_version'), "
        "current_setting('server_encoding'), pg_is_in_recovery(), current_setting('fsync'), "
        "current_setting('synchronous_commit'), current_setting('synchronous_standby_names'), "
        "current_setting('full_page_writes')");
    if (!settings) {
        return settings.error();
    }
    if (const Result<void> usable = check_usable(*settings); !usable) {
        return usable.error();
    }
    const std::string_view commit = settings->text(0, 5);
    const bool has_standbys = !settings->text(0, 6).empty();
    ServerPromise promise;
    promise.version = settings->text(0, 1);
    if (settings->text(0, 4) != "on") {
        promise.durability = Durability::handed_over;
        promise.because = "fsync=off";
    } else if (commit == "off") {
        promise.durability = Durability::handed_over;
        promise.because = "synchronous_commit=off";
    } else {
        // With remote_write a standby has the commit in memory only, and with local nobody waits for it.
        const bool replicated = has_standbys && (commit == "on" || commit == "remote_apply");
        promise.durability = replicated ? Durability::replicated : Durability::stable;
        promise.because = "fsync=on, synchronous_commit=" + std::string(commit);
        promise.because += replicated ? ", with synchronous standbys" : "";
        if (settings->text(0, 7) != "on") {
            promise.warnings.emplace_back(
                "full_page_writes=off: a power cut can tear pages unless the disk writes 8 KiB "
                "at once");
        }
    }
    return promise;
}

}  // namespace weft::postgres
