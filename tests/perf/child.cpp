// Forks, and gets the results through a pipe: a letter, then JSON or the sentence of a Broken.
#include "tests/perf/child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cstdio>

namespace smmu::perf {
namespace {

constexpr char results_follow = 'R', sentence_follows = 'B';

std::string answer(const std::function<Results()>& work) {
    try {
        return results_follow + boost::json::serialize(to_json(work()));
    } catch (const Broken& e) {
        return sentence_follows + std::string(e.what());
    }
}

void write_all(int file, const std::string& text) {
    for (size_t done = 0; done < text.size();) {
        const ssize_t n = ::write(file, text.data() + done, text.size() - done);
        if (n <= 0) return;
        done += static_cast<size_t>(n);
    }
}

std::string read_all(int file) {
    std::string text;
    std::array<char, 4096> part;
    for (;;) {
        const ssize_t n = ::read(file, part.data(), part.size());
        if (n <= 0) return text;
        text.append(part.data(), static_cast<size_t>(n));
    }
}

}  // namespace

Results in_child(const std::function<Results()>& work) {
    int ends[2];
    std::fflush(stdout);
    require(::pipe(ends) == 0, "no pipe to another process");
    const pid_t child = ::fork();
    require(child >= 0, "no other process");
    if (child == 0) {
        write_all(ends[1], answer(work));
        ::_exit(0);
    }
    ::close(ends[1]);
    const std::string text = read_all(ends[0]);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    require(!text.empty() && WIFEXITED(status), "a process that measured has died");
    if (text[0] == sentence_follows) throw Broken(text.substr(1));
    return from_json(boost::json::parse(text.substr(1)));
}

}  // namespace smmu::perf
