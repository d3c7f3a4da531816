// Jobs in processes of their own: a process has one SystemC simulation in its life.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "platform/analyze/variant.h"

namespace smmu::platform::analyze {
namespace {

struct Child {
    pid_t process = -1;
    int pipe = -1;
};

void write_all(int file, const std::string& text) {
    for (size_t done = 0; done < text.size();) {
        const ssize_t n = ::write(file, text.data() + done, text.size() - done);
        if (n <= 0) return;
        done += static_cast<size_t>(n);
    }
}

Child start(const std::function<std::string()>& job) {
    std::cout << std::flush;
    int ends[2];
    if (pipe(ends) != 0) return {};
    const pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        write_all(ends[1], job());
        _exit(0);
    }
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        return {};
    }
    return {process, ends[0]};
}

std::string finish(const Child& child) {
    if (child.process < 0) return {};
    std::string text;
    char buffer[4096];
    for (ssize_t n; (n = ::read(child.pipe, buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<size_t>(n));
    close(child.pipe);
    int status = 0;
    waitpid(child.process, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : std::string();
}

}  // namespace

std::vector<std::string> in_processes(const std::vector<std::function<std::string()>>& jobs,
                                      const std::function<void(size_t)>& ended) {
    const size_t at_a_time = std::max(1u, std::thread::hardware_concurrency());
    std::vector<Child> children(jobs.size());
    std::vector<std::string> results(jobs.size());
    size_t started = 0;
    for (size_t i = 0; i < jobs.size(); ++i) {
        while (started < jobs.size() && started < i + at_a_time) {
            children[started] = start(jobs[started]);
            ++started;
        }
        results[i] = finish(children[i]);
        ended(i + 1);
    }
    return results;
}

}  // namespace smmu::platform::analyze
