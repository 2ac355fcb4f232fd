// SPDX-License-Identifier: Apache-2.0
#include "serve/server.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "serve/address.hpp"
#include "serve/connection.hpp"
#include "serve/hall.hpp"
#include "serve/session.hpp"
#include "serve/shown_certificate.hpp"
#include "serve/socket_file.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

namespace ingot::serve {

namespace {

// Who has started what nobody asked for.
constexpr const char* kOwnName = "ingot serve";

// What the program itself opens beside its clients, with room to turn somebody away.
constexpr rlim_t kOwnFiles = 64;

// With more files than a process may have open, nobody could be accepted, nor turned away.
std::size_t room_for_connections() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return kOwnFiles;
  }
  const rlim_t wanted = kMostConnections + kOwnFiles;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  return std::min<std::size_t>(kMostConnections, limit.rlim_cur > kOwnFiles ? limit.rlim_cur - kOwnFiles : 1);
}

// A socket that clients connect to.
class Listener {
 public:
  Listener(int fd, Door door, Hall& hall)
      : socket_(hall.io, ::fcntl(fd, F_DUPFD_CLOEXEC, 0)), door_(std::move(door)), hall_(hall) {
    wait();
  }

  void close() { socket_.close(); }

 private:
  void wait() {
    socket_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code error) {
      if (!error) {
        accept();
        wait();
      }
    });
  }

  void accept() {
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    const int fd = ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                             SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
      return;
    }
    if (!door_.is_local()) {
      send_at_once(fd);
    }
    asio::generic::stream_protocol::socket client(hall_.io);
    client.assign({door_.address.empty() ? AF_UNIX : static_cast<int>(peer.ss_family), 0}, fd);
    if (hall_.connections >= hall_.most_connections ||
        (!door_.is_local() && hall_.strangers >= hall_.most_strangers)) {
      hall_.drop("full");
      return;
    }
    Stream::Plain plain(std::move(client));
    auto stream =
        door_.tls == nullptr ? Stream(std::move(plain)) : Stream(std::move(plain), door_.tls->context());
    std::make_shared<Connection>(std::move(stream), door_, hall_)->run();
  }

  asio::posix::stream_descriptor socket_;
  const Door door_;
  Hall& hall_;
};

}  // namespace

class Server::Impl {
 public:
  Impl(const Options& options, live::World& world)
      : hall_{.world = world,
              .server = options.server,
              .command_options = options.commands,
              .command_list = options.command_list,
              .most_connections = room_for_connections()},
        socket_(options.socket),
        address_(options.listen) {
    if (!address_.empty()) {
      tcp_ = listen_at(address_);
      token_ = load_token(options.token_file);
      reading_token_ = load_token(options.token_file + "-readonly");
      prepare_tls(options.tls);
    }
  }

  ~Impl() { hall_.commands.clear(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] std::string url() const {
    if (!tcp_) {
      return {};
    }
    const auto [host, port] = split_address(address_);
    return (tls_ ? "https://" : "http://") + base::host_and_port(is_any_address(host) ? name_ : host, port);
  }
  [[nodiscard]] std::string console() const { return tcp_ ? url() + "/#token=" + token_ : std::string(); }
  [[nodiscard]] const std::string& fingerprint() const { return certificate_.fingerprint; }

  void start(std::vector<std::string> arguments) {
    asio::post(hall_.io, [this, run = live::Run{.id = {},
                                                .arguments = std::move(arguments),
                                                .terminal = std::nullopt,
                                                .environment = std::nullopt}] {
      if (!hall_.commands.can_run()) {
        return;
      }
      try {
        const auto command = hall_.commands.start(run, kOwnName, "");
        command->let_go();
        hall_.commands.announce(command);
      } catch (const base::Error&) {  // NOLINT(bugprone-empty-catch): nobody has asked for it
      }
    });
  }

  void run(const std::stop_token& stop) {
    std::deque<Listener> listeners;
    listeners.emplace_back(socket_.fd(), Door{}, hall_);
    if (tcp_) {
      listeners.emplace_back(tcp_.get(), tcp_door(), hall_);
    }
    asio::steady_timer patience(hall_.io);
    const std::stop_callback on_stop(stop, [&] {
      asio::post(hall_.io, [&] {
        hall_.is_closing = true;
        for (auto& listener : listeners) {
          listener.close();
        }
        const auto leave = [this](error_code error = {}) {
          if (!error) {
            for_each_session([](Session& session) { session.say_goodbye("the server ends"); });
            hall_.io.stop();
          }
        };
        hall_.commands.end(leave);
        patience.expires_after(kLastCommands);
        patience.async_wait(leave);
      });
    });
    const std::jthread bell([this](const std::stop_token& end) { ring(end); });
    hall_.io.run();
    patience.cancel();
    hall_.last_scrape.cancel();
    hall_.io.restart();
    hall_.io.run_for(kFarewell);  // what there is still to say, to those who listen
    for_each_session([](Session& session) { session.cut_off(); });
    hall_.io.restart();
    hall_.io.poll();
  }

 private:
  // Nobody beyond this machine is told anything without it.
  void prepare_tls(const TlsOptions& options) {
    const auto host = split_address(address_).host;
    if (is_loopback(host) && !options.is_wanted) {
      return;
    }
    const auto names = names_for(host);
    certificate_ = options.is_own ? keep_certificate(options.files, names) : load_certificate(options.files);
    tls_.emplace(options.files, certificate_);
    const auto known = std::ranges::find_if(certificate_.names, [](const auto& one) {
      return one != "localhost" && !is_loopback(one) && !one.starts_with('*');
    });
    name_ = options.is_own ? machine_name() : known != certificate_.names.end() ? *known : std::string();
    name_ = name_.empty() ? "localhost" : name_;
  }

  Door tcp_door() {
    const auto [host, port] = split_address(address_);
    OwnOrigins own{.scheme = tls_ ? "https" : "http", .hosts = certificate_.names, .port = port};
    own.hosts.insert(own.hosts.end(), {host, "localhost"});
    return {.address = address_,
            .token = token_,
            .reading_token = reading_token_,
            .tls = tls_ ? &*tls_ : nullptr,
            .own = std::move(own)};
  }

  // The set changes when a session ends.
  void for_each_session(const std::function<void(Session&)>& act) {
    const auto all = hall_.sessions;
    for (auto* session : all) {
      if (hall_.sessions.contains(session)) {
        act(*session);
      }
    }
  }

  // Tells the serving thread of every change, however many came together.
  void ring(const std::stop_token& end) {
    live::Version seen = 0;  // what changes until this thread runs is told, too
    try {
      for (;;) {
        seen = hall_.world.wait_beyond(seen, end);
        asio::post(hall_.io, [this] { for_each_session([](Session& session) { session.pump(); }); });
      }
    } catch (const base::Cancelled&) {
    }
  }

  Hall hall_;
  SocketFile socket_;
  std::string address_;
  base::Fd tcp_;
  std::string token_;
  std::string reading_token_;
  Certificate certificate_;              // the first; empty: no TLS
  std::string name_;                     // of this machine, where it listens at all addresses
  std::optional<ShownCertificate> tls_;  // nothing: plain HTTP
};

Server::Server(const Options& options, live::World& world) : impl_(std::make_unique<Impl>(options, world)) {}

Server::~Server() = default;

const std::string& Server::address() const {
  return impl_->address();
}

std::string Server::url() const {
  return impl_->url();
}

const std::string& Server::fingerprint() const {
  return impl_->fingerprint();
}

std::string Server::console() const {
  return impl_->console();
}

void Server::start(std::vector<std::string> arguments) {
  impl_->start(std::move(arguments));
}

void Server::run(const std::stop_token& stop) {
  impl_->run(stop);
}

}  // namespace ingot::serve
