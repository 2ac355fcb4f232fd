// SPDX-License-Identifier: Apache-2.0
// A command line of ingot's that runs beside the server, and what it has said so far: pieces, each a message
// that is made once for all who listen. Who started it is told everything: when that one reads slowly the
// command waits, as it would for a terminal. Others who are slow lose what is not kept any more. Used by the
// server's one thread.
#pragma once

#include "live/people.hpp"
#include "live/requests.hpp"
#include "live/world.hpp"
#include "serve/process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>

namespace ingot::serve {

class Command;

// Somebody who is told of commands.
class Onlooker {
 public:
  Onlooker() = default;
  virtual ~Onlooker() = default;
  Onlooker(const Onlooker&) = delete;
  Onlooker& operator=(const Onlooker&) = delete;
  // There is a piece that was not there before.
  virtual void on_piece() = 0;
  // A command has been started.
  virtual void on_start(const std::shared_ptr<Command>& command) = 0;
};

class Command : public std::enable_shared_from_this<Command> {
 public:
  // Pieces that its starter may be behind, and bytes of pieces that are kept for those who join.
  static constexpr std::uint64_t kMostAhead = 16;
  static constexpr std::size_t kMostKept = 512U << 10U;

  // Runs from here on; errors as Process. `on_end` is called once it has ended, and its object tells.
  Command(boost::asio::io_context& io, live::World& world, live::CommandFacts facts, const ProcessSpec& spec,
          std::function<void()> on_end);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command() = default;
  // Once, when it is held by a shared pointer.
  void begin();

  [[nodiscard]] const live::CommandFacts& facts() const { return facts_; }
  [[nodiscard]] bool is_running() const { return !facts_.ended; }

  // Its last piece is there: it tells the end.
  [[nodiscard]] bool has_said_all() const { return has_said_all_; }

  // --- listening
  void add(Onlooker& onlooker) { onlookers_.insert(&onlooker); }
  void remove(Onlooker& onlooker) { onlookers_.erase(&onlooker); }
  // Numbers of the pieces that are there: the first one kept, and the one after the last.
  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t end() const { return first_ + pieces_.size(); }
  [[nodiscard]] const std::shared_ptr<const std::string>& piece(std::uint64_t number) const {
    return pieces_[number - first_];
  }
  // Its starter has read up to there.
  void go_on(std::uint64_t starter_at);
  // Its starter has gone: it waits for nobody any more.
  void let_go();

  // --- driving; nothing once it has ended
  // `on_taken` is called when the program has it, or is not going to read it.
  void put(std::string bytes, bool is_end, std::function<void()> on_taken);
  void signal(int number) const;
  // Nothing without a terminal. Whoever listens is told.
  void resize(const live::TerminalSize& size);

 private:
  using File = boost::asio::posix::stream_descriptor;
  enum class Source { output, errors, events };
  struct Reader {
    File file;
    Source source = Source::output;
    bool is_reading = false;
    std::array<char, 32U << 10U> buffer{};
  };
  struct Input {
    std::string bytes;
    bool is_end = false;
    std::function<void()> on_taken;
  };

  void read(Reader& reader);
  void read_all();
  bool read_some(Reader& reader);
  void read_rest(Reader& reader);
  void take(const Reader& reader, std::size_t count);
  void take_events(std::string_view text);
  void add_piece(std::string message);
  void write();
  void finish();

  live::World& world_;
  live::CommandFacts facts_;
  Process process_;
  std::function<void()> on_end_;
  std::deque<Reader> readers_;
  File input_;
  File end_;
  std::deque<Input> inputs_;
  bool is_writing_ = false;
  std::string event_rest_;  // of a line that is not whole yet
  std::set<Onlooker*> onlookers_;
  std::deque<std::shared_ptr<const std::string>> pieces_;
  bool has_said_all_ = false;
  std::uint64_t first_ = 0;
  std::size_t kept_ = 0;  // bytes of pieces_
  bool has_starter_ = true;
  std::uint64_t starter_at_ = 0;
};

}  // namespace ingot::serve
