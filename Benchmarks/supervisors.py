"""The supervisors that are compared: how each is told what to run, started and stopped.

One has a `name`, the names of its own `programs`, and says whether it is there.
"""

import os
import shutil
import signal


class Ghost:
    name = "Ghost"
    # What belongs to the supervisor itself.
    programs = ("ghost", "ghost-keeper")

    def __init__(self, binary):
        self.binary = os.path.abspath(binary)

    def is_there(self):
        return os.access(self.binary, os.X_OK)

    def prepare(self, folder, names, command):
        lines = ["daemons:"]
        for name in names:
            lines.append(f"  {name}: {{command: {command}, restart: {{backoff: {{base: 0s}}, crash_loop: off}}}}")
        if not names:
            lines = ["daemons: {}"]
        with open(folder + "/ghost.yaml", "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def command(self, folder):
        return [self.binary, "up", "--port", "0", "--status-port", "0"]

    def stop(self, process, folder):
        process.terminate()


class Floor:
    """A parent that waits, forks and executes, and nothing else: no supervisor can be faster on this machine."""

    name = "floor"
    programs = ()

    def __init__(self, binary):
        self.binary = os.path.abspath(binary)

    def is_there(self):
        return os.access(self.binary, os.X_OK)

    def prepare(self, folder, names, command):
        self.command_line = [self.binary, str(len(names)), *command.split()]

    def command(self, folder):
        return self.command_line

    def stop(self, process, folder):
        process.terminate()


class ServiceFolders:
    """What runit and s6 have in common: a folder for each service, with a script in it."""

    def prepare(self, folder, names, command):
        os.mkdir(folder + "/services")
        for name in names:
            os.mkdir(f"{folder}/services/{name}")
            script(f"{folder}/services/{name}/run", f"exec {command}")


class Runit(ServiceFolders):
    name = "runit"
    programs = ("runsvdir", "runsv")

    def is_there(self):
        return shutil.which("runsvdir") is not None

    def command(self, folder):
        return ["runsvdir", "-P", folder + "/services"]

    def stop(self, process, folder):
        # HUP: takes its services with it.
        process.send_signal(signal.SIGHUP)


class S6(ServiceFolders):
    name = "s6"
    programs = ("s6-svscan", "s6-supervise")

    def is_there(self):
        return shutil.which("s6-svscan") is not None

    def command(self, folder):
        return ["s6-svscan", "-c", "2000", folder + "/services"]

    def stop(self, process, folder):
        process.terminate()


class Supervisord:
    name = "supervisord"
    programs = ("supervisord",)

    def is_there(self):
        return shutil.which("supervisord") is not None

    def prepare(self, folder, names, command):
        lines = ["[supervisord]", "nodaemon=true", f"logfile={folder}/log", f"pidfile={folder}/pid", "minfds=8192"]
        for name in names:
            lines += [f"[program:{name}]", f"command={command}", "autorestart=true", "startsecs=0"]
            lines += [f"stdout_logfile={folder}/{name}.log", "redirect_stderr=true"]
        with open(folder + "/supervisord.conf", "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def command(self, folder):
        return ["supervisord", "-c", folder + "/supervisord.conf"]

    def stop(self, process, folder):
        process.terminate()


def script(path, line):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\n{line}\n")
    os.chmod(path, 0o755)
