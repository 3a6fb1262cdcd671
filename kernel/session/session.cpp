#include "kernel/session/session.hpp"

#include "kernel/document/document.hpp"
#include "kernel/session/close_codes.hpp"
#include "kernel/session/sync_protocol.hpp"

namespace weft {

void Session::on_message(Buffer frame) {
    if (closed_ || !document_) {
        return;
    }
    const auto message = decode_sync_message(frame.view());
    if (!message) {
        close(close_refused, message.error().message);
        return;
    }
    const std::shared_ptr<Document> document = document_;  // outlives a close on the way
    switch (message->kind) {
    case SyncMessage::Kind::step1: document->on_step1(*this, message->payload); break;
    case SyncMessage::Kind::step2:
        document->on_update(*this, frame.slice(message->payload), UpdateSource::step2);
        break;
    case SyncMessage::Kind::update:
        document->on_update(*this, frame.slice(message->payload), UpdateSource::update);
        break;
    case SyncMessage::Kind::presence:
        document->on_presence(*this, frame.slice(message->payload));
        break;
    case SyncMessage::Kind::presence_query: document->on_presence_query(*this); break;
    case SyncMessage::Kind::unknown: document->count_unknown_message(); break;
    }
}

void Session::send(Buffer frame, Time now) {
    if (!closed_) {
        last_sent = now;
        outbox_.send(connection, std::move(frame));
    }
}

void Session::close(std::uint16_t code, std::string_view reason) {
    if (!closed_) {
        closed_ = true;
        outbox_.close(connection, code, reason);
    }
}

}  // namespace weft
