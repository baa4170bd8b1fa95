#include "cli/story.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const begun[] = {
    "已成立工作专班，印发任务分工方案，明确时间表和责任处室。",
    "已完成前期调研，梳理形成问题清单和工作台账。",
    "已启动起草工作，正在收集地方和行业意见。",
    "已召开部署会，组织各省级单位同步推进。",
};

static const char *const under_way[] = {
    "已形成初稿并征求相关部门意见，正在逐条研究吸纳。",
    "已在 8 个地区开展试点，阶段成效明显。",
    "已完成专家论证，正在履行内部审核程序。",
    "系统建设按计划推进，主要功能模块已上线试运行。",
    "已组织专项行动，集中办理一批重点案件。",
    "已举办培训和宣讲活动，覆盖重点企业和服务机构。",
};

static const char *const nearly_done[] = {
    "送审稿已报审，正在根据反馈意见修改完善。",
    "主体工作已完成，正在开展验收和总结。",
    "试点经验已提炼成文，准备面向全国推广。",
};

static const char *const done[] = {
    "任务全部完成，成果已正式印发实施。",
    "已通过验收，佐证材料已归档。",
};

static const char *const obstacles[] = {
    "部门间意见尚未统一，需进一步协调。",
    "上位法修订进度滞后，配套文件暂无法出台。",
    "数据共享接口尚未打通，影响系统联调。",
    "专项经费下达较晚，采购程序顺延。",
};

static const char *const steps[] = {
    "下一步将加快意见汇总，力争下月形成送审稿。",
    "下一步将扩大试点范围，并开展中期评估。",
    "下一步将组织联合调度，逐项销号。",
    "下一步将做好宣传解读，推动落地见效。",
};

uint32_t
story_random(struct story_random *rng, uint32_t below)
{
	uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return (uint32_t)(((z >> 32) * below) >> 32);
}

static struct text
one_of(struct story_random *rng, const char *const *texts, size_t count)
{
	return text_of(texts[story_random(rng, (uint32_t)count)]);
}

/* True in so many cases of a hundred. */
static bool
chance(struct story_random *rng, uint32_t percent)
{
	return story_random(rng, 100) < percent;
}

static void
advance(struct story *s, uint32_t step)
{
	s->percent += step;
	s->state = REPORT_IN_PROGRESS;
	if (s->percent >= REPORT_PERCENT_MAX) {
		s->percent = REPORT_PERCENT_MAX;
		s->state = REPORT_COMPLETED;
	}
}

/* A step forward: 1.5 to 9 points, in quarters of a point. */
static uint32_t
a_step(struct story_random *rng)
{
	return 150 + 25 * story_random(rng, 31);
}

static void
move(struct story *s, struct story_random *rng)
{
	switch (s->state) {
	case REPORT_UNREPORTED:
		if (chance(rng, 20))
			s->state = REPORT_NOT_STARTED;
		else
			advance(s, a_step(rng));
		break;
	case REPORT_NOT_STARTED:
		advance(s, a_step(rng));
		break;
	case REPORT_IN_PROGRESS:
		if (chance(rng, 5))
			s->state = REPORT_BLOCKED;
		else
			advance(s, a_step(rng));
		break;
	case REPORT_BLOCKED:
		if (chance(rng, 50))
			advance(s, a_step(rng));
		break;
	case REPORT_COMPLETED: /* now and then somebody finds that it was not */
		if (chance(rng, 5)) {
			s->percent = 9000;
			s->state = REPORT_IN_PROGRESS;
		}
		break;
	case REPORT_STATES:
		break;
	}
}

static void
tell(const struct story *s, struct story_random *rng, struct report *r)
{
	if (s->state == REPORT_COMPLETED)
		r->summary = one_of(rng, done, COUNT(done));
	else if (s->percent >= 8000)
		r->summary = one_of(rng, nearly_done, COUNT(nearly_done));
	else if (s->percent >= 2000)
		r->summary = one_of(rng, under_way, COUNT(under_way));
	else if (s->percent > 0)
		r->summary = one_of(rng, begun, COUNT(begun));
	if (s->state == REPORT_BLOCKED) {
		r->problems = one_of(rng, obstacles, COUNT(obstacles));
		r->help = chance(rng, 50);
	}
	if (s->state != REPORT_COMPLETED && chance(rng, 50))
		r->next_steps = one_of(rng, steps, COUNT(steps));
	if (s->state == REPORT_COMPLETED) {
		r->evidence[0] = (struct report_evidence){
		    text_of("成果文件"), text_of("https://example.org/evidence")};
		r->evidence_count = 1;
	}
}

void
story_go_on(struct story *s, struct story_random *rng, struct report *r)
{
	*r = (struct report){.kind = REPORT_STATUS, .task_known = true};
	if (s->state == REPORT_IN_PROGRESS && story_random(rng, 200) == 0) {
		*s = (struct story){0};
		r->kind = REPORT_WITHDRAWAL;
		return;
	}
	move(s, rng);
	r->state = s->state;
	r->percent = s->percent;
	tell(s, rng, r);
}

void
story_reach(struct story *s, struct story_random *rng, uint32_t percent, enum report_state state,
    struct report *r)
{
	*r = (struct report){.kind = REPORT_STATUS, .task_known = true};
	if (percent > s->percent)
		s->percent = percent;
	if (s->percent >= REPORT_PERCENT_MAX)
		state = REPORT_COMPLETED;
	else if (s->percent > 0 && state == REPORT_NOT_STARTED)
		state = REPORT_IN_PROGRESS;
	s->state = state;
	r->state = s->state;
	r->percent = s->percent;
	tell(s, rng, r);
}
