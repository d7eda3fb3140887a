"""Problems with machines.

Problem
├── MachineIsServer · LadderNotYours 403
├── MachineNotFound · MachineLoginNotFound · MachineFileNotFound · SoftwareNotFound · RecipeNotFound ·
│   InstallNotFound 404
├── MachineNameTaken · MachineInUse · HostKeyUnknown · HostKeyNotShown · MachineLoginRefused · MachineFileExists ·
│   MachineFileRefused · MachineWaitsForLogin · MachineLoginTooSoon · MachineLoginNotAsked · SoftwareBusy ·
│   SoftwareNotCheckable · SoftwareInstalled · SoftwareMissing · InstallEnded · SetupImpossible 409
├── MachineSettingsInvalid · MachineLoginImpossible · MachineAnswersInvalid · CommandInvalid 422
├── CommandOutputTooLarge 502
├── MachineElsewhere · MachineUnreachable 503
└── CommandTimeout 504
"""

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Unavailable


class MachineNotFound(NotFound):
    """There is no such machine."""

    code = "machine_not_found"


class MachineElsewhere(Unavailable):
    """Only another node can speak to this machine.

    `detail` names the node. Start it, or ask it.
    """

    code = "machine_elsewhere"


class MachineUnreachable(Unavailable):
    """The machine does not answer.

    `detail` says what was tried. Look whether it is up and can be reached from the machine Stormbell runs on.
    """

    code = "machine_unreachable"


class MachineNameTaken(Conflict):
    """There is a machine of this name already.

    Choose another name; `stormbell machines list` shows those there are.
    """

    code = "machine_name_taken"


class MachineInUse(Conflict):
    """The machine is still needed.

    `detail` names by what. Cordon it, wait for those to end or cancel them, then remove it.
    """

    code = "machine_in_use"


class MachineOfNode(Conflict):
    """This machine is a node of this installation itself; it comes and goes with the node.

    What it gives to runs is set under `machines` in the node's settings. Disable or cordon it to have it left alone.
    """

    code = "machine_of_node"


class MachineSettingsInvalid(Invalid):
    """These are not the settings of this transport or batch system.

    `errors` names each member that is wrong; `stormbell drivers show machines.transport NAME` lists those there are.
    """

    code = "machine_settings_invalid"


class HostKeyUnknown(Conflict):
    """The machine shows a host key that nobody has confirmed.

    Compare the fingerprint in `detail` with what the machine's operators publish, then:
    `stormbell machines trust NAME FINGERPRINT`.
    """

    code = "host_key_unknown"


class HostKeyNotShown(Conflict):
    """The machine has not shown this key.

    `stormbell machines keys NAME` lists those it has shown.
    """

    code = "host_key_not_shown"


class MachineLoginRefused(Conflict):
    """The machine does not let us in.

    Add the credential's public key to authorized_keys there, or give the machine another credential. After a refusal
    the next login is tried a minute later.
    """

    code = "machine_login_refused"


class LadderNotYours(Forbidden):
    """A rung of this machine's ladder is for a role above yours.

    Who it is for gives it, changes it and takes it away. Leave it as it is, or ask one of them.
    """

    code = "machine_ladder_not_yours"


class MachineWaitsForLogin(Conflict):
    """The machine asks what only a person can answer, such as a code.

    Answer with `stormbell machines answer NAME`, or on the machine's page; it begins a login where none asks. Runs
    there wait meanwhile. If it should let the credential's key in without asking, look into authorized_keys there.
    """

    code = "machine_waits_for_login"


class MachineLoginNotFound(NotFound):
    """There is no such login."""

    code = "machine_login_not_found"


class MachineLoginNotAsked(Conflict):
    """This login does not ask this, or does not ask any more.

    Look at it again, or begin another: `stormbell machines answer NAME`. A code that was used once is good for nothing.
    """

    code = "machine_login_not_asked"


class MachineLoginTooSoon(Conflict):
    """The machine has refused two logins just now; a third could lock the account.

    `detail` says from when on another may be begun. Make sure of the password or the code until then.
    """

    code = "machine_login_too_soon"


class MachineLoginImpossible(Invalid):
    """This machine is not logged in to by Stormbell.

    It is the server itself, is in test mode, or is reached over a connection that somebody else opens.
    """

    code = "machine_login_impossible"


class MachineAnswersInvalid(Invalid):
    """These are not the answers to what is asked.

    Give one for each prompt, in their order, each of one line.
    """

    code = "machine_answers_invalid"


class MachineIsServer(Forbidden):
    """This machine is the server itself: files and commands there would be its own.

    Log in there instead, or set `machines.local_commands` if everybody who may use this is to act as the server.
    """

    code = "machine_is_server"


class MachineFileNotFound(NotFound):
    """There is no such file or directory on the machine."""

    code = "machine_file_not_found"


class MachineFileExists(Conflict):
    """Something is there already, and nothing is replaced.

    Remove it first, or choose another path.
    """

    code = "machine_file_exists"


class MachineFileRefused(Conflict):
    """The machine refuses this to the account we use there.

    `detail` says what it said: permissions, a directory that is not empty, a full disk.
    """

    code = "machine_file_refused"


class CommandInvalid(Invalid):
    """This cannot be run.

    A command is a list of words without zero bytes; the first is the program.
    """

    code = "command_invalid"


class CommandTimeout(Problem):
    """The command took too long and was ended.

    Give it more time with `timeout_seconds`, or submit it as a simulation.
    """

    status = 504
    code = "command_timeout"


class CommandOutputTooLarge(Problem):
    """The command wrote more than is taken, and was ended.

    Write to a file there, and get that.
    """

    status = 502
    code = "command_output_too_large"


class SoftwareNotFound(NotFound):
    """The machine is not known to have this software.

    `stormbell software list MACHINE` shows what is known; `declare` and `probe` add to it.
    """

    code = "software_not_found"


class SoftwareBusy(Conflict):
    """This software is being installed.

    Wait for it to end, or cancel it: `stormbell software installs MACHINE` shows how it stands.
    """

    code = "software_busy"


class SoftwareNotCheckable(Conflict):
    """Nothing tells whether this software is there.

    Declare it again with a check command: a line of shell that ends with 0 where it is there.
    """

    code = "software_not_checkable"


class SoftwareInstalled(Conflict):
    """The recipe has installed this already.

    Check it with `stormbell software check`, or install it once more with `--again`.
    """

    code = "software_installed"


class SoftwareMissing(Conflict):
    """The recipe needs other software, which the machine does not have.

    `detail` names it. Install or declare that first.
    """

    code = "software_missing"


class RecipeNotFound(NotFound):
    """There is no such recipe.

    `stormbell recipes list` shows those there are.
    """

    code = "recipe_not_found"


class InstallNotFound(NotFound):
    """Nothing of this id was installed on the machine.

    `stormbell software installs MACHINE` lists what was.
    """

    code = "install_not_found"


class InstallEnded(Conflict):
    """The installing has ended; there is nothing to cancel."""

    code = "install_ended"


class SetupImpossible(Conflict):
    """No account can be prepared for this credential.

    Name an SSH key or an SSH authority; a password is kept by the machine itself.
    """

    code = "setup_impossible"
