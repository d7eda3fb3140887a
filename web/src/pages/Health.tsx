import type { Health as Board } from '../api/types.ts'
import { counted, roughly } from '../lib/format.ts'
import { useDocument } from '../live/store.ts'
import { Age } from '../ui/Age.tsx'
import { Empty } from '../ui/Empty.tsx'
import { usePageCall } from '../ui/Palette.tsx'
import { Panel } from '../ui/Panel.tsx'
import { useTitle } from '../ui/Shell.tsx'
import { State } from '../ui/State.tsx'
import { Table } from '../ui/Table.tsx'
import { Loaded } from './rows.tsx'

function Modules({ board }: { board: Board }) {
  return (
    <Table
      caption="Modules"
      rows={board.modules}
      id={(module) => module.name}
      testid="module-row"
      columns={[
        { label: 'Module', cell: (module) => module.name },
        { label: 'What is wrong', class: 'wrap t2', cell: (module) => module.text ?? '' },
        { label: 'Loops', class: 't2', cell: (module) => counted(module.loops.length, 'loop') },
        { label: 'State', class: 'right', cell: (module) => <State kind="module" state={module.status} /> },
      ]}
    />
  )
}

function Machines({ board }: { board: Board }) {
  const machines = board.machines ?? []
  if (machines.length === 0) return <Empty>No machine is known.</Empty>
  return (
    <Table
      caption="Machines"
      rows={machines}
      id={(machine) => machine.id}
      href={(machine) => `/machines#${machine.name}`}
      testid="machine-health-row"
      columns={[
        { label: 'Machine', cell: (machine) => <a class="b" href={`/machines#${machine.name}`}>{machine.name}</a> },
        { label: 'What it said', class: 'wrap t2', cell: (machine) => machine.text ?? '' },
        { label: 'Asked', class: 't2', cell: (machine) => <Age at={machine.asked_at} /> },
        { label: 'State', class: 'right', cell: (machine) => <State kind="check" state={machine.status} /> },
      ]}
    />
  )
}

function Tests({ board }: { board: Board }) {
  const tests = board.workflow_tests ?? []
  if (tests.length === 0) return <Empty>No workflow was tested yet: open an incident as an exercise.</Empty>
  return (
    <Table
      caption="The last test of each workflow"
      rows={tests}
      id={(test) => test.workflow}
      href={(test) => `/incidents/${test.incident_id}`}
      testid="workflow-test-row"
      columns={[
        { label: 'Workflow', cell: (test) => <a class="b" href={`/incidents/${test.incident_id}`}>{test.workflow}</a> },
        { label: 'How it ended', class: 'wrap t2', cell: (test) => test.text ?? (test.seconds === null ? '' : `took ${roughly(test.seconds)}`) },
        { label: 'When', class: 't2', cell: (test) => <Age at={test.at} /> },
        { label: 'Result', class: 'right', cell: (test) => <State kind="check" state={test.result} /> },
      ]}
    />
  )
}

export default function Health() {
  useTitle('Health')
  usePageCall('/health')
  const request = useDocument<Board>('/health', ['health', 'machines', 'incidents'])
  return (
    <>
      <h1 class="away">Health</h1>
      <div class="halves">
        <Panel title="Modules" class="clip" count={request.data.value?.node.name}>
          <Loaded of={request} what="Modules" rows={10}>{(board) => <Modules board={board} />}</Loaded>
        </Panel>
        <div class="stack">
          <Panel title="Machines" class="clip"><Loaded of={request} what="Machines" rows={2}>{(board) => <Machines board={board} />}</Loaded></Panel>
          <Panel title="Workflow tests" class="clip"><Loaded of={request} what="Workflow tests" rows={2}>{(board) => <Tests board={board} />}</Loaded></Panel>
        </div>
      </div>
    </>
  )
}
