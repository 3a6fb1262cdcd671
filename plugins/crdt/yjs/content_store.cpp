#include "content_store.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace weft::yjs {
namespace {

// Not zeroed: every byte is written before it is read.
std::unique_ptr<std::uint8_t[]> allocate_bytes(std::size_t size) {
    return std::unique_ptr<std::uint8_t[]>(new std::uint8_t[size]);
}

}  // namespace

void ContentStore::open_page(std::size_t size) {
    // Pages begin small and grow with the document, so that a small one stays small.
    const std::size_t wanted = std::clamp<std::size_t>(used_ / 8, smallest_page, page_size);
    open_size_ = std::min(page_size, std::max(wanted, std::bit_ceil(size)));
    open_used_ = 0;
    open_page_ = pages_.size();
    Page& page = pages_.emplace_back();
    page.memory = allocate_bytes(open_size_);
    page.begin = page.memory.get();
    memory_bytes_ += open_size_;
}

void ContentStore::grow_open_page(std::size_t size) {
    const std::size_t larger = std::min(page_size, std::max(open_size_ * 2, std::bit_ceil(size)));
    std::unique_ptr<std::uint8_t[]> memory = allocate_bytes(larger);
    std::memcpy(memory.get(), pages_[open_page_].begin, open_used_);
    pages_[open_page_].memory = std::move(memory);
    pages_[open_page_].begin = pages_[open_page_].memory.get();
    memory_bytes_ += larger - open_size_;
    open_size_ = larger;
}

Handle ContentStore::allocate_large(std::size_t size) {
    const auto first = static_cast<Handle>(pages_.size());
    std::unique_ptr<std::uint8_t[]> memory = allocate_bytes(size);
    memory_bytes_ += size;
    for (std::size_t at = 0; at < size; at += page_size) {
        pages_.emplace_back().begin = memory.get() + at;
    }
    pages_[first].memory = std::move(memory);
    return first << page_bits;
}

Handle ContentStore::allocate(std::size_t size) {
    used_ += size;
    if (size > page_size / 2) {
        return allocate_large(size);
    }
    if (open_size_ == 0 || open_used_ + size > page_size) {
        open_page(size);
    } else if (open_used_ + size > open_size_) {
        grow_open_page(open_used_ + size);
    }
    const auto place = static_cast<Handle>(open_page_ << page_bits | open_used_);
    open_used_ += size;
    return place;
}

ContentBlock ContentStore::store(BytesView bytes) {
    ContentBlock block;
    if (!bytes.empty()) {
        block.place = allocate(bytes.size());
        block.size = static_cast<std::uint32_t>(bytes.size()) & 0x7fffffff;
        std::memcpy(at(block.place), bytes.data(), bytes.size());
        live_ += bytes.size();
    }
    return block;
}

/// Whether the block can have `added` bytes more where it is.
bool ContentStore::try_grow(ContentBlock& block, std::size_t added) {
    const std::size_t size = block.size + added;
    if (block.roomy != 0 && size <= std::bit_ceil(std::size_t{block.size})) {
        return true;
    }
    const std::size_t end = (block.place & (page_size - 1)) + block.size;
    const bool is_last =
        open_size_ != 0 && block.place >> page_bits == open_page_ && end == open_used_;
    if (!is_last || end + added > page_size) {
        return false;
    }
    if (end + added > open_size_) {
        grow_open_page(end + added);
    }
    open_used_ += added;
    used_ += added;
    block.roomy = 0;
    return true;
}

/// Makes room for `size` bytes, more than the block has; it may move.
void ContentStore::reserve(ContentBlock& block, std::size_t size) {
    if (block.size != 0 && try_grow(block, size - block.size)) {
        return;
    }
    const bool grows = block.size != 0;
    const Handle larger = allocate(grows ? std::bit_ceil(size) : size);
    if (grows) {
        std::memcpy(at(larger), at(block.place), block.size);
    }
    block.place = larger;
    block.roomy = grows ? 1 : 0;
}

void ContentStore::append(ContentBlock& block, BytesView bytes) {
    if (bytes.empty()) {
        return;
    }
    reserve(block, block.size + bytes.size());
    std::memcpy(at(block.place) + block.size, bytes.data(), bytes.size());
    block.size = static_cast<std::uint32_t>(block.size + bytes.size()) & 0x7fffffff;
    live_ += bytes.size();
}

void ContentStore::join(ContentBlock& block, ContentBlock& other) {
    if (other.size == 0) {
        return;
    }
    if (block.size == 0) {
        block = std::exchange(other, ContentBlock{});
        return;
    }
    const std::uint32_t size = block.size + other.size;
    if (block.place + block.size == other.place &&
        at(block.place) + block.size == at(other.place)) {
        block.roomy = 0;  // they were one before they were cut
    } else {
        reserve(block, size);
        std::memcpy(at(block.place) + block.size, at(other.place), other.size);
    }
    block.size = size & 0x7fffffff;
    other = ContentBlock{};
}

ContentBlock ContentStore::cut(ContentBlock& block, std::uint32_t at) {
    ContentBlock rest;
    if (at < block.size) {
        rest.place = block.place + at;
        rest.size = (block.size - at) & 0x7fffffff;
    }
    block.size = at & 0x7fffffff;
    block.roomy = 0;
    if (at == 0) {
        block = ContentBlock{};
    }
    return rest;
}

void ContentStore::truncate(ContentBlock& block, std::uint32_t size) {
    live_ -= block.size - size;
    block.size = size & 0x7fffffff;
    block.roomy = 0;
    if (size == 0) {
        block = ContentBlock{};
    }
}

void ContentStore::begin_compaction(ContentStore& old) {
    old = std::move(*this);
    *this = ContentStore{};
}

}  // namespace weft::yjs
