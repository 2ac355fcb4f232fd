// SPDX-License-Identifier: Apache-2.0
#include "serve/command.hpp"

#include "live/messages.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace ingot::serve {

namespace {

using boost::system::error_code;

constexpr std::size_t kMostLine = 256U << 10U;  // of an event

}  // namespace

Command::Command(boost::asio::io_context& io, live::World& world, live::CommandFacts facts,
                 const ProcessSpec& spec, std::function<void()> on_end)
    : world_(world),
      facts_(std::move(facts)),
      process_(spec),
      on_end_(std::move(on_end)),
      input_(io, process_.input.release()),
      end_(io, process_.end.release()) {
  input_.native_non_blocking(true);
  const auto add_reader = [&](base::Fd& fd, Source source) {
    if (fd) {
      readers_.push_back({.file = File(io, fd.release()), .source = source});
    }
  };
  add_reader(process_.output, Source::output);
  add_reader(process_.errors, Source::errors);
  add_reader(process_.events, Source::events);
  facts_.started = std::chrono::system_clock::now();
  world_.set(live::to_object(facts_), facts_.started);
  if (facts_.terminal) {
    add_piece(live::resized_message(facts_.id, *facts_.terminal));
  }
}

void Command::begin() {
  read_all();
  end_.async_wait(File::wait_read, [self = shared_from_this()](error_code error) {
    if (!error) {
      self->finish();
    }
  });
}

void Command::read_all() {
  for (auto& reader : readers_) {
    read(reader);
  }
}

void Command::read(Reader& reader) {
  const bool is_ahead = has_starter_ && end() - starter_at_ >= kMostAhead;
  if (reader.is_reading || !reader.file.is_open() || is_ahead) {
    return;
  }
  reader.is_reading = true;
  reader.file.async_wait(File::wait_read, [self = shared_from_this(), &reader](error_code error) {
    reader.is_reading = false;
    if (!error) {
      static_cast<void>(self->read_some(reader));
      self->read(reader);
    }
  });
}

// False when there is nothing now, or nothing any more.
bool Command::read_some(Reader& reader) {
  error_code error;
  const auto count = reader.file.read_some(boost::asio::buffer(reader.buffer), error);
  if (error) {
    if (error != boost::asio::error::would_block) {
      reader.file.close(error);
    }
    return false;
  }
  take(reader, count);
  return true;
}

// What it said before it ended. Others that still have its files open are not waited for.
void Command::read_rest(Reader& reader) {
  while (reader.file.is_open() && read_some(reader)) {
  }
  error_code ignored;
  reader.file.close(ignored);
}

void Command::take(const Reader& reader, std::size_t count) {
  const std::string_view bytes(reader.buffer.data(), count);
  if (reader.source == Source::events) {
    take_events(bytes);
  } else {
    add_piece(live::output_message(facts_.id, reader.source == Source::errors, bytes));
  }
}

void Command::take_events(std::string_view text) {
  event_rest_ += text;
  for (auto end = event_rest_.find('\n'); end != std::string::npos; end = event_rest_.find('\n')) {
    if (auto message = live::progress_message(facts_.id, event_rest_.substr(0, end)); !message.empty()) {
      add_piece(std::move(message));
    }
    event_rest_.erase(0, end + 1);
  }
  if (event_rest_.size() > kMostLine) {
    event_rest_.clear();
  }
}

void Command::add_piece(std::string message) {
  kept_ += message.size();
  pieces_.push_back(std::make_shared<const std::string>(std::move(message)));
  while (kept_ > kMostKept && pieces_.size() > 1 && (!has_starter_ || first_ < starter_at_)) {
    kept_ -= pieces_.front()->size();
    pieces_.pop_front();
    ++first_;
  }
  const auto told = onlookers_;  // who has heard all leaves
  for (auto* onlooker : told) {
    if (onlookers_.contains(onlooker)) {
      onlooker->on_piece();
    }
  }
}

void Command::go_on(std::uint64_t starter_at) {
  starter_at_ = starter_at;
  if (is_running()) {
    read_all();
  }
}

void Command::let_go() {
  has_starter_ = false;
  if (is_running()) {
    read_all();
  }
}

void Command::put(std::string bytes, bool is_end, std::function<void()> on_taken) {
  inputs_.push_back({std::move(bytes), is_end, std::move(on_taken)});
  write();
}

void Command::write() {
  if (is_writing_ || inputs_.empty()) {
    return;
  }
  is_writing_ = true;
  const auto on_written = [self = shared_from_this()](error_code error, std::size_t) {
    self->is_writing_ = false;
    auto done = std::move(self->inputs_.front());
    self->inputs_.pop_front();
    if (error || done.is_end) {  // a program that does not read has closed it
      error_code ignored;
      self->input_.close(ignored);
    }
    done.on_taken();
    self->write();
  };
  // Of a closed file the answer is an error, in its turn.
  boost::asio::async_write(input_, boost::asio::buffer(inputs_.front().bytes), on_written);
}

void Command::signal(int number) const {
  process_.signal(number);
}

void Command::resize(const live::TerminalSize& size) {
  if (!facts_.terminal || *facts_.terminal == size || !is_running()) {
    return;
  }
  process_.resize(size);
  facts_.terminal = size;
  world_.set(live::to_object(facts_), std::chrono::system_clock::now());
  add_piece(live::resized_message(facts_.id, size));
}

void Command::finish() {
  const auto self = shared_from_this();  // `on_end_` may forget it
  facts_.code = process_.wait();
  facts_.ended = std::chrono::system_clock::now();
  for (auto& reader : readers_) {
    read_rest(reader);
  }
  error_code ignored;
  input_.close(ignored);
  end_.close(ignored);
  world_.set(live::to_object(facts_), *facts_.ended);
  has_said_all_ = true;
  add_piece(live::ended_message(facts_.id, facts_.code));
  on_end_();
}

}  // namespace ingot::serve
