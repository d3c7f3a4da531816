// The loop around the simulation: the sockets are polled while the kernel stands still.
#include "platform/remote/server.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iostream>

#include "platform/remote/connection.h"
#include "platform/remote/qmp.h"

namespace smmu::platform::remote {
namespace {

/// Nothing of ours must be put away, and a request may run for long: so at once.  AddressSanitizer
/// would only complain of the stack that the signal finds.
[[gnu::no_sanitize_address]] void end_with_success(int) { _exit(0); }

class Server {
public:
    explicit Server(Target& target)
        : session_(target, [this](const std::string& line) { qtest_.send(line); }) {}

    std::optional<Refusal> connect(const Sockets& sockets) {
        if (!sockets.qtest.empty())
            if (const auto refusal = qtest_.connect(sockets.qtest)) return refusal;
        if (!sockets.monitor.empty())
            if (const auto refusal = monitor_.connect(sockets.monitor)) return refusal;
        if (monitor_.open()) monitor_.send(Qmp::greeting());
        return std::nullopt;
    }

    void run() {
        while (!qmp_.quit() && (qtest_.open() || monitor_.open())) {
            // poll() passes over what is closed.
            std::array<pollfd, 2> waited{pollfd{qtest_.fd(), POLLIN, 0},
                                         pollfd{monitor_.fd(), POLLIN, 0}};
            if (::poll(waited.data(), waited.size(), -1) < 0) continue;  // a signal
            if (waited[0].revents != 0) serve_qtest();
            if (waited[1].revents != 0 && monitor_.open())
                monitor_.send(qmp_.feed(monitor_.receive()));
            std::cout << std::flush;
        }
    }

private:
    void serve_qtest() {
        lines_.add(qtest_.receive());
        LineBuffer::Line line;
        while (qtest_.open() && lines_.next(line)) {
            if (line.too_long)
                qtest_.send("FAIL the line is longer than " + std::to_string(max_line) +
                            " characters\n");
            else
                session_.answer(line.text);
        }
    }

    Connection qtest_, monitor_;
    LineBuffer lines_{max_line};
    Session session_;
    Qmp qmp_;
};

}  // namespace

void end_on_sigterm() { std::signal(SIGTERM, end_with_success); }

std::optional<Refusal> serve(Target& target, const Sockets& sockets) {
    Server server(target);
    if (const auto refusal = server.connect(sockets)) return refusal;
    server.run();
    return std::nullopt;
}

}  // namespace smmu::platform::remote
