#include "byte_arena.hpp"

#include <algorithm>
#include <cstring>

namespace weft::yjs {

std::uint8_t ByteArena::class_for(std::size_t size) {
    unsigned size_class = smallest_class;
    while ((std::size_t{1} << size_class) < size) {
        ++size_class;
    }
    return static_cast<std::uint8_t>(size_class);
}

Handle ByteArena::allocate_chunk(std::size_t size) {
    // Not zeroed: every byte is written before it is read.
    std::unique_ptr<std::uint8_t[]> memory(new std::uint8_t[size]);
    memory_bytes_ += size;
    if (!free_chunks_.empty()) {
        const Handle number = free_chunks_.back();
        free_chunks_.pop_back();
        chunks_[number] = std::move(memory);
        return number;
    }
    chunks_.push_back(std::move(memory));
    return static_cast<Handle>(chunks_.size() - 1);
}

Handle ByteArena::allocate(std::uint8_t size_class) {
    const std::size_t size = std::size_t{1} << size_class;
    if (size_class > largest_shared_class) {
        return allocate_chunk(size) << offset_bits;
    }
    if (free_[size_class] != none) {
        const Handle place = free_[size_class];
        std::memcpy(&free_[size_class], at(place), sizeof(Handle));
        return place;
    }
    if (open_chunk_ == none || open_used_ + size > open_size_) {
        // Chunks grow with the document, so that a small one stays small.
        open_size_ = std::max(size, std::clamp(open_size_ * 2, std::size_t{512}, largest_chunk));
        open_chunk_ = allocate_chunk(open_size_);
        open_used_ = 0;
    }
    const auto offset = static_cast<Handle>(open_used_ >> smallest_class);
    open_used_ += size;
    return (open_chunk_ << offset_bits) | offset;
}

ContentBlock ByteArena::store(BytesView bytes) {
    ContentBlock block;
    append(block, bytes);
    return block;
}

void ByteArena::reserve(ContentBlock& block, std::size_t size) {
    if (block.place != none && size <= (std::size_t{1} << block.size_class)) {
        return;
    }
    ContentBlock larger;
    larger.size_class = class_for(size);
    larger.place = allocate(larger.size_class);
    if (block.size != 0) {
        std::memcpy(at(larger.place), at(block.place), block.size);
    }
    larger.size = block.size;
    release(block);
    block = larger;
}

void ByteArena::append(ContentBlock& block, BytesView bytes) {
    if (bytes.empty()) {
        return;
    }
    reserve(block, block.size + bytes.size());
    std::memcpy(at(block.place) + block.size, bytes.data(), bytes.size());
    block.size += static_cast<std::uint32_t>(bytes.size());
}

void ByteArena::append(ContentBlock& block, const ContentBlock& other) {
    // Chunks never move, and `other` is not the block that grows.
    append(block, view(other));
}

void ByteArena::release(ContentBlock& block) {
    if (block.place != none) {
        if (block.size_class > largest_shared_class) {
            const Handle number = block.place >> offset_bits;
            chunks_[number].reset();
            free_chunks_.push_back(number);
            memory_bytes_ -= std::size_t{1} << block.size_class;
        } else {
            std::memcpy(at(block.place), &free_[block.size_class], sizeof(Handle));
            free_[block.size_class] = block.place;
        }
    }
    block = ContentBlock{};
}

}  // namespace weft::yjs
